import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { TokenBindingError, type TokenBindingProvider } from '../../src/index.js';

const given: string[] = [];

/** A new registrable domain: Windows keeps keys longer than a test runs. */
export function newDomain(suffix = 'example'): string {
  const domain = `${randomBytes(8).toString('hex')}.${suffix}`;
  given.push(domain);
  return domain;
}

/** Whether the target has a key. On Windows every status other than 0 means that it has none. */
export function hasKey(tokenBinding: TokenBindingProvider, target: string): Promise<boolean> {
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

/** Deletes the keys of a target. Microsoft does not document the status for a target without a key. */
export async function deleteKeys(
  tokenBinding: TokenBindingProvider,
  target: string,
): Promise<void> {
  try {
    await tokenBinding.deleteBinding(target);
  } catch (error) {
    if (await hasKey(tokenBinding, target)) throw error;
  }
}

/** Deletes the keys of every domain of newDomain from the store of this provider. */
export async function deleteNewKeys(tokenBinding: TokenBindingProvider): Promise<void> {
  const left: string[] = [];
  for (const domain of given) {
    const deletion = deleteKeys(tokenBinding, `https://${domain}/`);
    await deletion.catch((error: Error) => left.push(`${domain}: ${error.message}`));
  }
  assert.deepEqual(left, [], 'keys that could not be deleted');
}
