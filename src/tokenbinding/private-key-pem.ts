import {
  createPrivateKey,
  createPublicKey,
  type KeyExportOptions,
  type KeyObject,
} from 'node:crypto';
import { identifierOf } from './key.js';
import { signSync, verifySync } from './signature.js';
import type { KeyType } from './types.js';

/** PKCS #8 in PEM, encrypted where there is a passphrase. */
export function formatPrivateKey(key: KeyObject, passphrase: string | undefined): string {
  const plain: KeyExportOptions<'pem'> = { type: 'pkcs8', format: 'pem' };
  const options =
    passphrase === undefined ? plain : { ...plain, cipher: 'aes-256-cbc', passphrase };
  return key.export(options).toString();
}

/**
 * The key in a PEM that {@link formatPrivateKey} made. It is used once, so that one damaged in a way
 * that still parses does not go on to make bindings that nobody can verify.
 *
 * @throws Error that says what is wrong with it
 */
export function parsePrivateKey(
  pem: Buffer,
  keyType: KeyType,
  passphrase: string | undefined,
): KeyObject {
  const label = passphrase === undefined ? 'PRIVATE KEY' : 'ENCRYPTED PRIVATE KEY';
  if (!pem.toString('latin1').startsWith(`-----BEGIN ${label}-----`)) {
    throw new Error(`the file does not begin with BEGIN ${label}`);
  }
  const key = createPrivateKey({
    key: pem,
    format: 'pem',
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  identifierOf(keyType, key);
  if (passphrase === undefined && formatPrivateKey(key, undefined) !== pem.toString('latin1')) {
    throw new Error('the file holds more or less than the key');
  }
  if (!isWorking(keyType, key)) throw new Error('the private key does not fit its public key');
  return key;
}

function isWorking(keyType: KeyType, key: KeyObject): boolean {
  const probe = { bindingType: 'provided', keyType, ekm: new Uint8Array(32) } as const;
  return verifySync(createPublicKey(key), probe, signSync(key, probe));
}
