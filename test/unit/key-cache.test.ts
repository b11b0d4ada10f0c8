import assert from 'node:assert/strict';
import { constants } from 'node:crypto';
import { describe, it } from 'node:test';
import { KeyCache } from '../../src/tokenbinding/key-cache.js';
import type { VerifyingKey } from '../../src/tokenbinding/signature.js';
import { identifier, rsaKey, testKey, u8 } from '../support/messages.js';
import { refused } from '../support/refused.js';

const id = (bytes: Uint8Array) => ({ keyType: 'rsa2048_pss', bytes }) as const;
const key = testKey('rsa2048_pss');

/** Whether the cache gives the key of these tests for a TokenBindingID. A key for PSS comes with its padding. */
function findsKey(cache: KeyCache, bytes: Uint8Array): boolean {
  return isKey(cache.get(id(bytes), 0));
}

function isKey(found: VerifyingKey | undefined): boolean {
  assert.ok(found !== undefined && 'key' in found.input);
  assert.equal(found.input.padding, constants.RSA_PKCS1_PSS_PADDING);
  return found.input.key.equals(key.publicKey);
}

describe('KeyCache', () => {
  it('keeps a key from its second use on', () => {
    const cache = new KeyCache();
    const [first, second, third] = [1, 2, 3].map(() => cache.get(id(key.identifier), 0));
    assert.notEqual(first, second);
    assert.equal(second, third);
    assert.ok(isKey(third));
  });

  it('separates keys that differ in one byte', () => {
    const cache = new KeyCache();
    for (let use = 0; use < 3; use++) cache.get(id(key.identifier), 0);
    const other = Buffer.from(key.identifier);
    other.writeUInt8(other.readUInt8(200) ^ 1, 200);
    for (let use = 0; use < 3; use++) {
      assert.ok(!findsKey(cache, other));
      assert.ok(findsKey(cache, key.identifier));
    }
  });

  it('does not change with the bytes of the caller', () => {
    const cache = new KeyCache();
    const bytes = Buffer.from(key.identifier);
    for (let use = 0; use < 3; use++) cache.get(id(bytes), 0);
    bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
    assert.ok(!findsKey(cache, bytes));
  });

  it('keeps no unusable key and no key of an unregistered type', () => {
    const cache = new KeyCache();
    const even = identifier(1, rsaKey(key.identifier.subarray(5, 261), u8(2)));
    for (let use = 0; use < 3; use++) refused('ERR_TB_UNUSABLE_KEY', () => cache.get(id(even), 0));
    assert.equal(cache.get({ keyType: 9, bytes: key.identifier }, 0), undefined);
  });
});
