import { createHash } from 'node:crypto';
import { encodeBase64url } from '../bytes/base64url.js';
import type { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { readerOf } from './structure-reader.js';
import { type KeyType, keyParametersOf, keyTypeOf } from './types.js';

/** The public key inside a TokenBindingID. */
export type TokenBindingKey =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly publicexponent: Uint8Array }
  | { readonly kind: 'ec'; readonly point: Uint8Array }
  | { readonly kind: 'unknown'; readonly opaque: Uint8Array };

/** TokenBindingID of RFC 8471 3.2. */
export interface TokenBindingID {
  /** The key_parameters octet by its name, or as a number where it has none. */
  readonly keyType: KeyType | number;
  /** The whole structure, byte for byte: what applications compare and store. */
  readonly bytes: Uint8Array;
}

export function readTokenBindingID(reader: Reader): TokenBindingID {
  const start = reader.offset;
  const keyType = keyTypeOf(reader.uint8('key_parameters'));
  reader.structure('key_length', reader.uint16('key_length'), skimKey, keyType);
  return { keyType, bytes: reader.since(start) };
}

function skimKey(reader: Reader, keyType: KeyType | number): void {
  reader.withoutViews(readKey, keyType);
}

function readKey(reader: Reader, keyType: KeyType | number): TokenBindingKey {
  switch (keyType) {
    case 'ecdsap256':
      return { kind: 'ec', point: reader.opaque8('point', 1) };
    case 'rsa2048_pkcs1.5':
    case 'rsa2048_pss':
      return {
        kind: 'rsa',
        modulus: reader.opaque16('rsapubkey.modulus', 1),
        publicexponent: reader.opaque8('rsapubkey.publicexponent', 1),
      };
    default:
      return { kind: 'unknown', opaque: reader.rest('key') };
  }
}

/**
 * The public key in a TokenBindingID; a byte left over is an error. The views in the result share
 * the memory of `identifier`.
 *
 * @throws TokenBindingError ERR_TB_MALFORMED
 */
export function decodeTokenBindingKey(identifier: Uint8Array): TokenBindingKey {
  const reader = readerOf(identifier);
  return reader.group('tokenbindingid', () => {
    const keyType = keyTypeOf(reader.uint8('key_parameters'));
    const length = reader.uint16('key_length');
    const key = reader.structure('key_length', length, readKey, keyType);
    reader.finish('');
    return key;
  });
}

/** Encodes a TokenBindingID for a key of a registered type (RFC 8471 3.2). */
export function encodeTokenBindingID(
  keyType: KeyType,
  key: Exclude<TokenBindingKey, { kind: 'unknown' }>,
): Uint8Array {
  const length =
    key.kind === 'ec' ? 1 + key.point.length : 3 + key.modulus.length + key.publicexponent.length;
  const writer = new Writer(3 + length).uint8(keyParametersOf(keyType)).uint16(length);
  if (key.kind === 'ec') writer.opaque8(key.point);
  else writer.opaque16(key.modulus).opaque8(key.publicexponent);
  return writer.finish();
}

/**
 * The `tbh` of a TokenBindingID: base64url(SHA-256(identifier)), 43 characters, the confirmation
 * value of a bound OAuth or OpenID Connect token (draft-ietf-oauth-token-binding-08 3).
 */
export function tokenBindingHash(identifier: Uint8Array): string {
  return encodeBase64url(createHash('sha256').update(identifier).digest());
}
