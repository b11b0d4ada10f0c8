import type { TLSSocket } from 'node:tls';
import { exportKeyingMaterial, type KeyType } from '../../../src/index.js';
import { encodeBase64url, tokenBindingHash } from '../../../src/wire.js';
import { message, signedBinding, type TestKey, testKey } from '../../support/messages.js';
import type { RawClient } from './server-client.js';

/** A key with the type of its binding: provided (0) if there is none. */
export type Signed = TestKey | readonly [key: TestKey, type: number];

/** Keys of the tests: RSA keys take long to make. */
export const KEYS: Readonly<Record<KeyType, TestKey>> = {
  ecdsap256: testKey('ecdsap256'),
  rsa2048_pss: testKey('rsa2048_pss'),
  'rsa2048_pkcs1.5': testKey('rsa2048_pkcs1.5'),
};
export const KEY: TestKey = KEYS.ecdsap256;
export const OTHER: TestKey = testKey('ecdsap256');

export function ekmOf({ socket }: Pick<RawClient, 'socket'>): Uint8Array {
  // The client may be without Extended Master Secret.
  return exportKeyingMaterial(socket as TLSSocket, { allowTls12: true });
}

/** The value of the field Sec-Token-Binding for a connection. */
export function valueFor(ekm: Uint8Array, ...bindings: Signed[]): string {
  const encoded = bindings.map((item) => {
    const [key, type] = 'keyType' in item ? [item, 0] : item;
    return signedBinding(key, ekm, { type });
  });
  return encodeBase64url(message(...encoded));
}

/** The field Sec-Token-Binding for the connection of a client. */
export function fieldFor(client: RawClient, ...bindings: Signed[]): string {
  return `Sec-Token-Binding: ${valueFor(ekmOf(client), ...bindings)}`;
}

export function hashOf({ identifier }: TestKey): string {
  return tokenBindingHash(identifier);
}
