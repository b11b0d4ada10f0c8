import { createPublicKey, type KeyObject } from 'node:crypto';
import { withoutPrototype } from '../bytes/without-prototype.js';
import { derUnsignedSequence } from '../bytes/write-der.js';
import { TokenBindingError } from './error.js';
import { encodeTokenBindingID, type TokenBindingKey } from './identifier.js';
import type { KeyType } from './types.js';

const RSA_MODULUS_LENGTH = 256;
const EC_POINT_LENGTH = 64;

type RsaKey = Extract<TokenBindingKey, { kind: 'rsa' }>;
type KnownKey = Exclude<TokenBindingKey, { kind: 'unknown' }>;

/**
 * Imports the public key of a TokenBindingID into node:crypto. It must be an RSA key with a modulus of exactly 2048 bits
 * and an odd exponent of at least 3, or a point on P-256, in the encoding of RFC 8471 3.2.
 *
 * @param path of the key, for the error
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY
 */
export function importPublicKey(key: TokenBindingKey, path: string): KeyObject {
  if (key.kind === 'unknown')
    throw unusableKey(`${path}: its key parameters are not registered`, { path });
  const fault = key.kind === 'rsa' ? rsaFault(key) : ecFault(key.point);
  if (fault !== undefined) throw unusableKey(`${path}: ${fault}`, { path });
  try {
    return new ShieldedKey(key.kind === 'rsa' ? importRsa(key) : importEc(key.point));
  } catch (cause) {
    throw unusableKey(`${path}: is not a valid public key`, { path, cause });
  }
}

/**
 * The TokenBindingID of a public key, or of the public key that belongs to a private one.
 *
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY if it is not a valid key of `keyType`
 */
export function identifierOf(keyType: KeyType, key: KeyObject): Uint8Array {
  const publicKey = detachedPublicKey(key);
  const wireKey = keyType === 'ecdsap256' ? ecKeyOf(publicKey) : rsaKeyOf(publicKey);
  const fault = wireKey.kind === 'rsa' ? rsaFault(wireKey) : undefined;
  if (fault !== undefined) throw unusableKey(fault);
  return encodeTokenBindingID(keyType, wireKey);
}

/**
 * The public key as a new KeyObject. In Node 20 a key of generateKeyPair shares a lock with its generation job: reading
 * its details or its JWK hangs the process if the garbage collector frees the job meanwhile. An export in DER does not
 * take that lock.
 */
function detachedPublicKey(key: KeyObject): KeyObject {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return createPublicKey(withoutPrototype({ key: der, format: 'der', type: 'spki' }));
}

function rsaFault({ modulus, publicexponent }: RsaKey): string | undefined {
  const bits = modulus.length === RSA_MODULUS_LENGTH && (modulus[0] as number) >= 0x80;
  if (!bits) return 'the RSA modulus does not have exactly 2048 bits';
  if (isEven(modulus)) return 'the RSA modulus is even';
  if (publicexponent[0] === 0) return 'the RSA exponent has a leading zero';
  if (isEven(publicexponent)) return 'the RSA exponent is even';
  if (publicexponent.length === 1 && publicexponent[0] === 1) return 'the RSA exponent is 1';
  return undefined;
}

function ecFault(point: Uint8Array): string | undefined {
  if (point.length === EC_POINT_LENGTH) return undefined;
  return `the point has ${point.length} bytes, P-256 has ${EC_POINT_LENGTH}`;
}

function isEven(integer: Uint8Array): boolean {
  return ((integer[integer.length - 1] as number) & 1) === 0;
}

/** Returns its argument in place of a new object: the fields of a subclass become own properties of the argument. */
const KeyObjectBase = function returnArgument(key: KeyObject): KeyObject {
  return key;
} as unknown as new (
  key: KeyObject,
) => KeyObject;

/**
 * A public key with each option that node:crypto reads from a key as its own property: a property of Object.prototype
 * would be an option otherwise. Object.defineProperties takes 3 microseconds longer.
 */
class ShieldedKey extends KeyObjectBase {
  readonly padding = undefined;
  readonly saltLength = undefined;
  readonly dsaEncoding = undefined;
  readonly context = undefined;
}

// The fastest formats for node:crypto to import.

/** RSAPublicKey (RFC 8017 A.1.1). */
function importRsa({ modulus, publicexponent }: RsaKey): KeyObject {
  const key = derUnsignedSequence([modulus, publicexponent]);
  // node:crypto takes any Uint8Array; the types of Node 20 say Buffer.
  return createPublicKey(withoutPrototype({ key: key as Buffer, format: 'der', type: 'pkcs1' }));
}

/** Node 20 takes twice as long for DER of an EC key as for a JWK. */
const PREFERS_JWK = process.versions.node.startsWith('20.');

/** SubjectPublicKeyInfo (RFC 5480 2) of an uncompressed point on P-256, up to the point. */
const SPKI_OF_P256 = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');

function importEc(point: Uint8Array): KeyObject {
  if (!PREFERS_JWK) {
    const key = Buffer.concat([SPKI_OF_P256, point]);
    return createPublicKey(withoutPrototype({ key, format: 'der', type: 'spki' }));
  }
  const bytes = Buffer.from(point.buffer, point.byteOffset, EC_POINT_LENGTH);
  const x = bytes.toString('base64url', 0, EC_POINT_LENGTH / 2);
  const y = bytes.toString('base64url', EC_POINT_LENGTH / 2);
  const key = withoutPrototype({ kty: 'EC', crv: 'P-256', x, y });
  return createPublicKey(withoutPrototype({ key, format: 'jwk' }));
}

function ecKeyOf(key: KeyObject): KnownKey {
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw unusableKey('not a P-256 key');
  const { x, y } = key.export({ format: 'jwk' });
  return { kind: 'ec', point: Buffer.concat([fromBase64url(x), fromBase64url(y)]) };
}

function rsaKeyOf(key: KeyObject): RsaKey {
  if (key.asymmetricKeyType !== 'rsa') throw unusableKey('not an RSA key');
  const { n, e } = key.export({ format: 'jwk' });
  return { kind: 'rsa', modulus: fromBase64url(n), publicexponent: fromBase64url(e) };
}

function fromBase64url(coordinate: string | undefined): Buffer {
  return Buffer.from(coordinate as string, 'base64url');
}

function unusableKey(
  message: string,
  details?: { path?: string; cause?: unknown },
): TokenBindingError {
  return new TokenBindingError('ERR_TB_UNUSABLE_KEY', message, details);
}
