import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TokenBinding, TokenBindingError } from '../../src/index.js';

const given: string[] = [];

/** A registrable domain that no test has used: Windows keeps keys longer than a test lasts. */
export function newDomain(suffix = 'example'): string {
  const domain = `${randomBytes(8).toString('hex')}.${suffix}`;
  given.push(domain);
  return domain;
}

/** Whether there is a key: every status of Windows but 0 says that there is none. */
export function hasKey(tokenBinding: TokenBinding, target: string): Promise<boolean> {
  return tokenBinding.generateIdForUri('anyexisting', target).then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof TokenBindingError)) throw error;
      if (error.os === undefined ? error.code === 'ERR_TB_KEY_NOT_FOUND' : error.os.status !== 0) {
        return false;
      }
      throw error;
    },
  );
}

/** Deletes the keys of every domain that newDomain gave, in the store of this provider. */
export async function deleteNewKeys(tokenBinding: TokenBinding): Promise<void> {
  const left: string[] = [];
  for (const domain of given) {
    const target = `https://${domain}/`;
    const failure = await tokenBinding.deleteBinding(target).catch((error: Error) => error);
    // Nothing to delete may be a failure of a status that no page of Microsoft's names.
    if (failure === undefined || !(await hasKey(tokenBinding, target))) continue;
    left.push(`${domain}: ${failure.message}`);
  }
  assert.deepEqual(left, [], 'keys that could not be deleted');
}
