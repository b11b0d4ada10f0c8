import { createHash } from 'node:crypto';
import type { Case } from '../case.js';
import { rsaKey, signed } from '../compose.js';
import { corpus, corpusKey } from '../corpus.js';
import { messageCase, refused } from './verification.js';

const key = corpusKey('PKCS1 key 1');
const modulus = key.key.subarray(2, 258);
const exponent = key.key.subarray(259);

/** RSA keys that need no private key, or are another encoding of a key: whoever knows the key can make them. */
export function* craftedKeys(): Generator<Case> {
  yield withExponentOne();
  yield* leadingZeros();
}

/** With exponent 1 the padded hash is its own signature. */
function withExponentOne(): Case {
  const good = signed(key);
  const ekm = corpus.ekms[0] as Uint8Array;
  const data = Buffer.concat([Buffer.of(good.bindingType, good.keyParameters), ekm]);
  const signature = paddedHash(createHash('sha256').update(data).digest(), modulus.length);
  const title = 'an RSA key with exponent 1, and the padded hash as its signature';
  const bindings = [{ ...good, key: rsaKey(modulus, Buffer.of(1)), signature }];
  const expected = refused('RFC 8471 3.2');
  return messageCase('fault/rsa-exponent-1/signed', title, bindings, 'rsa2048_pkcs1.5', expected);
}

/** EMSA-PKCS1-v1_5 of a SHA-256 hash (RFC 8017 9.2). */
function paddedHash(hash: Uint8Array, length: number): Uint8Array {
  const info = Buffer.concat([SHA256_DIGEST_INFO, hash]);
  const padding = Buffer.alloc(length - 3 - info.length, 0xff);
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), info]);
}

const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** RFC 8471 3.2 has leading zeros left out, and says nothing of a key that has them. */
function* leadingZeros(): Generator<Case> {
  const after = (part: Uint8Array) => Buffer.concat([Buffer.of(0), part]);
  const keys = {
    modulus: rsaKey(after(modulus), exponent),
    exponent: rsaKey(modulus, after(exponent)),
    both: rsaKey(after(modulus), after(exponent)),
  };
  for (const [part, encoded] of Object.entries(keys)) {
    const what = part === 'both' ? 'modulus and its exponent' : part;
    const title = `an RSA key with a zero before its ${what}`;
    const bindings = [{ ...signed(key), key: encoded }];
    yield messageCase(`leading-zero/${part}`, title, bindings, 'rsa2048_pkcs1.5');
  }
}
