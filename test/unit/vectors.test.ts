import assert from 'node:assert/strict';
import { createPrivateKey, publicDecrypt } from 'node:crypto';
import { describe, it } from 'node:test';
import { MemoryKeyStore, open } from '../../src/index.js';
import { importPublicKey } from '../../src/tokenbinding/key.js';
import {
  decodeBase64url,
  decodeTokenBindingKey,
  decodeTokenBindingMessage,
  encodeBase64url,
  tokenBindingHash,
} from '../../src/wire.js';
import { refused } from '../support/refused.js';
import { keys, vector, vectors } from '../support/vectors.js';

/** Messages whose EKM was not published: everything but their signatures can be checked. */
const withoutEkm = vectors.filter(({ message, ekm }) => message !== null && ekm === null);

describe('vectors without an EKM', () => {
  it('are a known set', () => {
    const ids = withoutEkm.map(({ id }) => id);
    const messages = ['tb-36', 'tb-37', 'tb-39', 'tb-40', 'tb-47'];
    assert.deepEqual(ids, [...messages, 'tb-60', 'tb-61']);
  });

  for (const id of ['tb-36', 'tb-37', 'tb-39', 'tb-40', 'tb-47']) {
    it(`${id}: decodes to its identifier`, () => {
      const { message, bindings = [] } = vector(id);
      const decoded = decodeTokenBindingMessage(decodeBase64url(message ?? '', 'message'));
      const identifiers = decoded.map(({ tokenBindingID }) => tokenBindingID.bytes);
      assert.deepEqual(
        identifiers.map((bytes) => [encodeBase64url(bytes), tokenBindingHash(bytes)]),
        bindings.map(({ tokenBindingId, tbh }) => [tokenBindingId, tbh]),
      );
    });
  }

  const keyOf = (id: string) => {
    const text = vector(id).bindings?.[0]?.tokenBindingId ?? '';
    return importPublicKey(decodeTokenBindingKey(decodeBase64url(text, 'id')), id);
  };

  for (const id of ['tb-36', 'tb-37', 'tb-39', 'tb-47']) {
    it(`${id}: has a valid key`, () => assert.equal(keyOf(id).type, 'public'));
  }

  it('tb-40: has a point that is not on the curve', () => {
    refused('ERR_TB_UNUSABLE_KEY', () => keyOf('tb-40'));
  });

  it('tb-47: has a signature over a SHA-256 DigestInfo', () => {
    const [structure] = decodeTokenBindingMessage(
      decodeBase64url(vector('tb-47').message ?? '', 'message'),
    );
    const digestInfo = publicDecrypt(keyOf('tb-47'), structure?.signature ?? new Uint8Array());
    const prefix = '3031300d060960864801650304020105000420';
    const digest = 'cdd49126abcd8ae1d7c27a8df487d6ad3dd3a9d6d9528fee7119edc7f9ba6d0e';
    assert.equal(digestInfo.toString('hex'), prefix + digest);
  });
});

describe('tb-50', () => {
  it('can be made byte for byte from its private key and EKM', () => {
    const keyStore = new MemoryKeyStore();
    const [{ privateKey } = { privateKey: {} }] = keys;
    const key = createPrivateKey({ key: privateKey, format: 'jwk' });
    keyStore.add('example.com', 'rsa2048_pkcs1.5', key);
    const tokenBinding = open({ provider: 'portable', keyStore });
    const binding = tokenBinding.generateBindingSync({
      keyType: 'rsa2048_pkcs1.5',
      targetUrl: 'https://example.com/',
      bindingType: 'provided',
      ekm: Buffer.from(vector('tb-50').ekm ?? '', 'hex'),
    });
    const message = tokenBinding.generateMessageSync([binding.tokenBinding]);
    assert.equal(encodeBase64url(message), vector('tb-50').message);
  });
});
