import {
  createPrivateKey,
  createPublicKey,
  type KeyExportOptions,
  type KeyObject,
} from 'node:crypto';
import { withoutPrototype } from '../bytes/without-prototype.js';
import { identifierOf } from './key.js';
import { signSync, verifyingKeyOf, verifySync } from './signature.js';
import type { KeyType } from './types.js';

/** PKCS #8 in PEM, encrypted if there is a passphrase. */
export function formatPrivateKey(key: KeyObject, passphrase: string | undefined): string {
  const plain: KeyExportOptions<'pem'> = { type: 'pkcs8', format: 'pem' };
  const options =
    passphrase === undefined ? plain : { ...plain, cipher: 'aes-256-cbc', passphrase };
  return key.export(withoutPrototype(options)).toString();
}

/**
 * Parses a PEM of {@link formatPrivateKey}. It also signs and verifies once: a damaged key may still parse, and nobody
 * could verify its TokenBindings.
 *
 * @throws Error that describes the problem
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
  const options = { key: pem, format: 'pem' as const };
  const key = createPrivateKey(
    withoutPrototype(passphrase === undefined ? options : { ...options, passphrase }),
  );
  identifierOf(keyType, key);
  if (passphrase === undefined && formatPrivateKey(key, undefined) !== pem.toString('latin1')) {
    throw new Error('the file has other content than the key');
  }
  if (!isWorking(keyType, key)) throw new Error('the private key does not match its public key');
  return key;
}

function isWorking(keyType: KeyType, key: KeyObject): boolean {
  const probe = { bindingType: 'provided', keyType, ekm: new Uint8Array(32) } as const;
  const publicKey = verifyingKeyOf(keyType, createPublicKey(key));
  return verifySync(publicKey, probe, signSync(key, probe));
}
