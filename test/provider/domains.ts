import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TokenBinding } from '../../src/index.js';

const given: string[] = [];

/** A registrable domain that no test has used: Windows keeps keys longer than a test lasts. */
export function newDomain(suffix = 'example'): string {
  const domain = `${randomBytes(8).toString('hex')}.${suffix}`;
  given.push(domain);
  return domain;
}

/** Deletes the keys of every domain that newDomain gave, in the store of this provider. */
export async function deleteNewKeys(tokenBinding: TokenBinding): Promise<void> {
  const left: string[] = [];
  for (const domain of given) {
    const deletion = tokenBinding.deleteBinding(`https://${domain}/`);
    await deletion.catch((error: Error) => left.push(`${domain}: ${error.message}`));
  }
  assert.deepEqual(left, [], 'keys that could not be deleted');
}
