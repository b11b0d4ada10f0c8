import { createHash } from 'node:crypto';
import { encodeBase64url } from '../bytes/base64url.js';
import { checkBytes } from '../bytes/check.js';
import type { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { readerOf } from './structure-reader.js';
import { type KeyType, keyParametersOf, keyTypeOf } from './types.js';

/** The public key inside a TokenBindingID (RFC 8471 3.2), as parsed. It may be an invalid key. */
export type TokenBindingKey =
  | {
      /** `rsa`: an RSAPublicKey; `ec`: a TB_ECPoint; `unknown`: the key of unregistered key parameters. */
      readonly kind: 'rsa';
      /** Big-endian, 1 to 65,535 bytes; 256 in a valid key. */
      readonly modulus: Uint8Array;
      /** Big-endian, 1 to 255 bytes. */
      readonly publicexponent: Uint8Array;
    }
  | {
      readonly kind: 'ec';
      /** The X and Y coordinates one after the other: 1 to 255 bytes, 64 in a valid key. */
      readonly point: Uint8Array;
    }
  | {
      readonly kind: 'unknown';
      /** 0 to 65,535 bytes. */
      readonly opaque: Uint8Array;
    };

/** A TokenBindingID (RFC 8471 3.2), as parsed. */
export interface TokenBindingID {
  /** The registered name of the key_parameters octet; the number itself, 0 to 255, if it has no name. */
  readonly keyType: KeyType | number;
  /**
   * The whole structure, byte for byte. Applications store and compare it. 68 bytes for P-256, 265 for RSA with
   * the exponent 65537.
   */
  readonly bytes: Uint8Array;
}

export function readTokenBindingID(reader: Reader): TokenBindingID {
  const start = reader.offset;
  const keyType = keyTypeOf(reader.uint8('key_parameters'));
  reader.structure('key_length', reader.uint16('key_length'), checkKeyStructure, keyType);
  return { keyType, bytes: reader.since(start) };
}

function checkKeyStructure(reader: Reader, keyType: KeyType | number): void {
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
 * Decodes the public key of a TokenBindingID (RFC 8471 3.2). It does not check that the key is valid.
 *
 * @param identifier a whole TokenBindingID; a byte left over is an error
 * @returns views that share the memory of `identifier`
 * @throws TypeError for another type than Uint8Array
 * @throws TokenBindingError ERR_TB_MALFORMED with the `path` and `offset` of the first invalid field
 *
 * @example
 * import { generateKeyPairSync } from 'node:crypto';
 * import { generateId } from 'tokenbinding';
 * import { decodeTokenBindingKey } from 'tokenbinding/wire';
 *
 * const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
 * const { identifier } = await generateId('ecdsap256', publicKey);
 * const key = decodeTokenBindingKey(identifier);
 * if (key.kind === 'ec') console.log(key.point.length); // 64
 */
export function decodeTokenBindingKey(identifier: Uint8Array): TokenBindingKey {
  const reader = readerOf(checkBytes('identifier', identifier));
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
 * The Token Binding hash (`tbh`) of a TokenBindingID: its SHA-256 in base64url. A token that is bound to the key
 * carries it as confirmation method, as in OAuth 2.0 and OpenID Connect (draft-ietf-oauth-token-binding-08 3).
 *
 * @param identifier a whole TokenBindingID, as in a result of `verifyMessage`
 * @returns 43 characters
 * @throws TypeError for another type than Uint8Array
 *
 * @example
 * import { generateIdForUri } from 'tokenbinding';
 * import { tokenBindingHash } from 'tokenbinding/wire';
 *
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://server.example.com/');
 * console.log({ cnf: { tbh: tokenBindingHash(identifier) } });
 */
export function tokenBindingHash(identifier: Uint8Array): string {
  const hash = createHash('sha256').update(checkBytes('identifier', identifier));
  return encodeBase64url(hash.digest());
}
