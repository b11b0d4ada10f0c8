import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { copyBytes } from '../bytes/copy.js';
import { withoutPrototype } from '../bytes/without-prototype.js';
import { derFromRs, rsFromDer } from './ecdsa-encoding.js';
import { type BindingType, type KeyType, keyParametersOf, tokenBindingTypeOf } from './types.js';

const signOnPool = promisify(sign);
const verifyOnPool = promisify(verify);

const HASH = 'sha256';
const SIGNATURE_LENGTHS: Record<KeyType, number> = {
  ecdsap256: 64,
  rsa2048_pss: 256,
  'rsa2048_pkcs1.5': 256,
};

/** What the signature of a TokenBinding covers (RFC 8471 3.3). */
export interface Signed {
  readonly bindingType: BindingType | number;
  readonly keyType: KeyType;
  readonly ekm: Uint8Array;
}

/** A public key, as {@link verifyingKeyOf} makes it. */
export interface VerifyingKey {
  /** What node:crypto takes: the key, with the padding of its key type. */
  readonly input: KeyObject | SignKeyObjectInput;
}

const SIGNED_LENGTH = 2 + 32;
// The synchronous calls share one buffer outside the JavaScript heap: node:crypto would move a small typed array there at
// each call, which takes half a microsecond.
const shared = new Uint8Array(new ArrayBuffer(SIGNED_LENGTH));
let isLent = false;

export function signSync(privateKey: KeyObject, signed: Signed): Uint8Array {
  const key = withPadding(signed.keyType, privateKey);
  return toWire(
    signed.keyType,
    withSignedData(signed, (data) => sign(HASH, data, key)),
  );
}

/** {@link signSync} on libuv's thread pool. */
export async function signAsync(privateKey: KeyObject, signed: Signed): Promise<Uint8Array> {
  const data = signedData(signed, new Uint8Array(SIGNED_LENGTH));
  const key = withPadding(signed.keyType, privateKey);
  return toWire(signed.keyType, await signOnPool(HASH, data, key));
}

/**
 * Whether a signature is valid. It is not if node:crypto throws.
 *
 * @param key of the key type of `signed`
 */
export function verifySync(key: VerifyingKey, signed: Signed, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_LENGTHS[signed.keyType]) return false;
  const encoded = fromWire(signed.keyType, signature);
  try {
    return withSignedData(signed, (data) => verify(HASH, data, key.input, encoded) === true);
  } catch {
    return false;
  }
}

/** {@link verifySync} on libuv's thread pool. */
export async function verifyAsync(
  key: VerifyingKey,
  signed: Signed,
  signature: Uint8Array,
): Promise<boolean> {
  if (signature.length !== SIGNATURE_LENGTHS[signed.keyType]) return false;
  const data = signedData(signed, new Uint8Array(SIGNED_LENGTH));
  try {
    return (
      (await verifyOnPool(HASH, data, key.input, fromWire(signed.keyType, signature))) === true
    );
  } catch {
    return false;
  }
}

function withSignedData<Result>(signed: Signed, call: (data: Uint8Array) => Result): Result {
  // node:crypto may call an accessor on Object.prototype, and that this package.
  if (isLent) return call(signedData(signed, new Uint8Array(SIGNED_LENGTH)));
  isLent = true;
  try {
    return call(signedData(signed, shared));
  } finally {
    isLent = false;
  }
}

/** tokenbinding_type, key_parameters and EKM, in this order (RFC 8471 3.3). */
function signedData({ bindingType, keyType, ekm }: Signed, target: Uint8Array): Uint8Array {
  target[0] = tokenBindingTypeOf(bindingType);
  target[1] = keyParametersOf(keyType);
  copyBytes(ekm, 0, ekm.length, target, 2);
  return target;
}

/** A public key for the signatures of one key type. */
export function verifyingKeyOf(keyType: KeyType, publicKey: KeyObject): VerifyingKey {
  return { input: withPadding(keyType, publicKey) };
}

/** RFC 8471 3.3: PSS with MGF1-SHA-256 and a salt of exactly 32 bytes. */
function withPadding(keyType: KeyType, key: KeyObject): KeyObject | SignKeyObjectInput {
  if (keyType !== 'rsa2048_pss') return key;
  return withoutPrototype({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
}

// The option `dsaEncoding` would convert between r || s and DER, but a KeyObject inside an options object costs Node 24
// some 20 microseconds a call.

function fromWire(keyType: KeyType, signature: Uint8Array): Uint8Array {
  return keyType === 'ecdsap256' ? derFromRs(signature) : signature;
}

function toWire(keyType: KeyType, signature: Buffer): Uint8Array {
  return keyType === 'ecdsap256' ? rsFromDer(signature) : signature;
}
