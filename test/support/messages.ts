// A separate encoder, which can also write invalid structures.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  type SigningOptions,
  sign,
} from 'node:crypto';
import type { KeyType } from '../../src/index.js';

export const KEY_TYPES = ['ecdsap256', 'rsa2048_pkcs1.5', 'rsa2048_pss'] as const;
export const KEY_PARAMETERS = { 'rsa2048_pkcs1.5': 0, rsa2048_pss: 1, ecdsap256: 2 } as const;

export function u8(...values: number[]): Buffer {
  return Buffer.from(values);
}

export function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function opaque8(bytes: Uint8Array): Buffer {
  return Buffer.concat([u8(bytes.length), bytes]);
}

export function opaque16(bytes: Uint8Array): Buffer {
  return Buffer.concat([u16(bytes.length), bytes]);
}

export function ecKey(point: Uint8Array): Buffer {
  return opaque8(point);
}

export function rsaKey(modulus: Uint8Array, exponent: Uint8Array): Buffer {
  return Buffer.concat([opaque16(modulus), opaque8(exponent)]);
}

export function identifier(keyParameters: number, key: Uint8Array): Buffer {
  return Buffer.concat([u8(keyParameters), opaque16(key)]);
}

export interface Parts {
  type?: number;
  identifier: Uint8Array;
  signature: Uint8Array;
  extensions?: Uint8Array;
}

export function binding({ type = 0, identifier, signature, extensions }: Parts): Buffer {
  const tail = opaque16(extensions ?? Buffer.alloc(0));
  return Buffer.concat([u8(type), identifier, opaque16(signature), tail]);
}

export function message(...bindings: Uint8Array[]): Buffer {
  return opaque16(Buffer.concat(bindings));
}

/** A key pair with its TokenBindingID, encoded by this file. */
export interface TestKey {
  keyType: KeyType;
  privateKey: KeyObject;
  publicKey: KeyObject;
  identifier: Buffer;
}

export function testKey(keyType: KeyType, privateKey: KeyObject = newPrivateKey(keyType)): TestKey {
  const publicKey = createPublicKey(privateKey);
  const { x, y, n, e } = publicKey.export({ format: 'jwk' });
  const key =
    keyType === 'ecdsap256'
      ? ecKey(Buffer.concat([decode(x), decode(y)]))
      : rsaKey(decode(n), decode(e));
  return { keyType, privateKey, publicKey, identifier: identifier(KEY_PARAMETERS[keyType], key) };
}

/** Generates and imports a key: Node 20 can deadlock when it exports a generated key as JWK. */
function newPrivateKey(keyType: KeyType): KeyObject {
  const publicKeyEncoding = { format: 'der', type: 'spki' } as const;
  const privateKeyEncoding = { format: 'der', type: 'pkcs8' } as const;
  const encodings = { publicKeyEncoding, privateKeyEncoding };
  const pair =
    keyType === 'ecdsap256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256', ...encodings })
      : generateKeyPairSync('rsa', { modulusLength: 2048, ...encodings });
  return createPrivateKey({ ...privateKeyEncoding, key: pair.privateKey as unknown as Buffer });
}

function decode(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url');
}

const WIRE: Record<KeyType, SigningOptions> = {
  ecdsap256: { dsaEncoding: 'ieee-p1363' },
  'rsa2048_pkcs1.5': { padding: constants.RSA_PKCS1_PADDING },
  rsa2048_pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
};

/** A signature by RFC 8471 3.3, unless `options` change it. */
export function signature(
  { keyType, privateKey }: TestKey,
  type: number,
  ekm: Uint8Array,
  options: SigningOptions = {},
): Buffer {
  const data = Buffer.concat([u8(type, KEY_PARAMETERS[keyType]), ekm]);
  return sign('sha256', data, { key: privateKey, ...WIRE[keyType], ...options });
}

/** A valid TokenBinding. */
export function signedBinding(
  key: TestKey,
  ekm: Uint8Array,
  { type = 0, extensions }: { type?: number; extensions?: Uint8Array } = {},
): Buffer {
  const parts: Parts = {
    type,
    identifier: key.identifier,
    signature: signature(key, type, ekm),
  };
  return binding(extensions === undefined ? parts : { ...parts, extensions });
}

export function newEkm(): Buffer {
  return randomBytes(32);
}
