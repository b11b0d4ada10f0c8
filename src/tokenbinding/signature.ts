import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyType } from './types.js';

const signOnPool = promisify(sign);
const verifyOnPool = promisify(verify);

const HASH = 'sha256';
const EC_HALF = 32;
const LENGTHS: Record<KeyType, number> = {
  ecdsap256: 2 * EC_HALF,
  rsa2048_pss: 256,
  'rsa2048_pkcs1.5': 256,
};

/** What a TokenBinding's signature covers: tokenbinding_type, key_parameters, EKM (RFC 8471 3.3). */
export function signedData(
  tokenBindingType: number,
  keyParameters: number,
  ekm: Uint8Array,
): Uint8Array {
  const data = Buffer.allocUnsafe(2 + ekm.length);
  data[0] = tokenBindingType;
  data[1] = keyParameters;
  data.set(ekm, 2);
  return data;
}

export function signSync(keyType: KeyType, privateKey: KeyObject, data: Uint8Array): Uint8Array {
  return toWire(keyType, sign(HASH, data, withPadding(keyType, privateKey)));
}

/** {@link signSync} on libuv's thread pool. */
export async function signAsync(
  keyType: KeyType,
  privateKey: KeyObject,
  data: Uint8Array,
): Promise<Uint8Array> {
  return toWire(keyType, await signOnPool(HASH, data, withPadding(keyType, privateKey)));
}

/** Whether a signature is valid; whatever node:crypto throws at is not. */
export function verifySync(
  keyType: KeyType,
  publicKey: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== LENGTHS[keyType]) return false;
  try {
    const key = withPadding(keyType, publicKey);
    return verify(HASH, data, key, fromWire(keyType, signature)) === true;
  } catch {
    return false;
  }
}

/** {@link verifySync} on libuv's thread pool. */
export async function verifyAsync(
  keyType: KeyType,
  publicKey: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (signature.length !== LENGTHS[keyType]) return false;
  try {
    const key = withPadding(keyType, publicKey);
    return (await verifyOnPool(HASH, data, key, fromWire(keyType, signature))) === true;
  } catch {
    return false;
  }
}

/** RFC 8471 3.3: PSS with MGF1-SHA-256 and a salt of exactly 32 bytes. */
function withPadding(keyType: KeyType, key: KeyObject): KeyObject | SignKeyObjectInput {
  if (keyType !== 'rsa2048_pss') return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
}

// A KeyObject inside an options object costs Node 24 some 20 microseconds a call, so that r || s is
// turned into DER and back here and not by `dsaEncoding`.

function fromWire(keyType: KeyType, signature: Uint8Array): Uint8Array {
  return keyType === 'ecdsap256' ? derFromRs(signature) : signature;
}

function toWire(keyType: KeyType, signature: Buffer): Uint8Array {
  return keyType === 'ecdsap256' ? rsFromDer(signature) : signature;
}

/** ECDSA-Sig-Value (RFC 3279 2.2.3) of a 64-byte r || s. */
function derFromRs(rs: Uint8Array): Uint8Array {
  const r = leadingZeros(rs, 0);
  const s = leadingZeros(rs, EC_HALF);
  const rPad = (rs[r] as number) >>> 7;
  const sPad = (rs[s] as number) >>> 7;
  const rLength = EC_HALF - r + rPad;
  const sLength = 2 * EC_HALF - s + sPad;
  const der = Buffer.alloc(6 + rLength + sLength);
  der[0] = 0x30;
  der[1] = 4 + rLength + sLength;
  der[2] = 0x02;
  der[3] = rLength;
  der.set(rs.subarray(r, EC_HALF), 4 + rPad);
  der[4 + rLength] = 0x02;
  der[5 + rLength] = sLength;
  der.set(rs.subarray(s), 6 + rLength + sPad);
  return der;
}

/** Index of the first byte of the half at `start` that DER keeps: the last one even if zero. */
function leadingZeros(rs: Uint8Array, start: number): number {
  let index = start;
  while (rs[index] === 0 && index < start + EC_HALF - 1) index++;
  return index;
}

/** The 64-byte r || s of an ECDSA-Sig-Value that OpenSSL made for P-256. */
function rsFromDer(der: Uint8Array): Uint8Array {
  const rs = new Uint8Array(2 * EC_HALF);
  const rEnd = 4 + (der[3] as number);
  placeInteger(der.subarray(4, rEnd), rs, EC_HALF);
  placeInteger(der.subarray(rEnd + 2), rs, 2 * EC_HALF);
  return rs;
}

function placeInteger(integer: Uint8Array, target: Uint8Array, end: number): void {
  const digits = integer.length > EC_HALF ? integer.subarray(integer.length - EC_HALF) : integer;
  target.set(digits, end - digits.length);
}
