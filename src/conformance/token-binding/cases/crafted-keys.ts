import { createHash } from 'node:crypto';
import type { Case } from '../../case.js';
import { expectRefused } from '../../outcome.js';
import { encodeRsaKey, signedBinding } from '../encode.js';
import { corpus, findKey } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { messageCase } from './verification.js';

const key = findKey('PKCS1 key 1');
const modulus = key.key.subarray(2, 258);
const exponent = key.key.subarray(259);

/** RSA keys that anyone can make of a public key: one without a private key, and other encodings of a key. */
export function* craftedKeys(): Generator<Case<TokenBindingSubject>> {
  yield withExponentOne();
  yield* leadingZeros();
}

/** With exponent 1, the padded hash is its own signature. */
function withExponentOne(): Case<TokenBindingSubject> {
  const good = signedBinding(key);
  const ekm = corpus.ekms[0] as Uint8Array;
  const data = Buffer.concat([Buffer.of(good.bindingType, good.keyParameters), ekm]);
  const signature = paddedHash(createHash('sha256').update(data).digest(), modulus.length);
  const title = 'an RSA key with exponent 1, and the padded hash as its signature';
  const bindings = [{ ...good, key: encodeRsaKey(modulus, Buffer.of(1)), signature }];
  const expected = expectRefused('RFC 8471 3.2');
  return messageCase('fault/rsa-exponent-1/signed', title, bindings, 'rsa2048_pkcs1.5', expected);
}

/** EMSA-PKCS1-v1_5 of a SHA-256 hash (RFC 8017 9.2). */
function paddedHash(hash: Uint8Array, length: number): Uint8Array {
  const info = Buffer.concat([SHA256_DIGEST_INFO, hash]);
  const padding = Buffer.alloc(length - 3 - info.length, 0xff);
  return Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), info]);
}

const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** RFC 8471 3.2 forbids leading zeros, and does not say how to handle a key that has them. */
function* leadingZeros(): Generator<Case<TokenBindingSubject>> {
  const after = (part: Uint8Array) => Buffer.concat([Buffer.of(0), part]);
  const keys = {
    modulus: encodeRsaKey(after(modulus), exponent),
    exponent: encodeRsaKey(modulus, after(exponent)),
    both: encodeRsaKey(after(modulus), after(exponent)),
  };
  for (const [part, encoded] of Object.entries(keys)) {
    const what = part === 'both' ? 'modulus and its exponent' : part;
    const title = `an RSA key with a zero before its ${what}`;
    const bindings = [{ ...signedBinding(key), key: encoded }];
    yield messageCase(`leading-zero/${part}`, title, bindings, 'rsa2048_pkcs1.5');
  }
}
