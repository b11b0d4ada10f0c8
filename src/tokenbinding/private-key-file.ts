import {
  createPrivateKey,
  createPublicKey,
  type KeyExportOptions,
  type KeyObject,
} from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { TokenBindingError } from '../errors.js';
import { identifierOf } from './key.js';
import { signSync, verifySync } from './signature.js';
import type { KeyType } from './types.js';

/** An encrypted RSA-2048 key is some 1,900 bytes of PEM. */
const MAX_SIZE = 16 * 1024;
const OTHERS = 0o077;

/** Everything in a private key file, or undefined where there is none. */
export function readPrivateKeyFile(file: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    // A plain open of a FIFO would wait for a writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw keyStoreError(file, 'is not a regular file');
    requirePrivate(file, stats);
    if (stats.size > MAX_SIZE) throw keyStoreError(file, `has more than ${MAX_SIZE} bytes`);
    return readFileSync(descriptor);
  } catch (error) {
    if (error instanceof TokenBindingError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw keyStoreError(file, 'cannot be read', error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Refuses what another user owns or can reach; Windows has no such mode bits. */
export function requirePrivate(file: string, { mode, uid }: Stats): void {
  if (process.getuid === undefined) return;
  if (uid !== process.getuid()) throw keyStoreError(file, 'belongs to another user');
  if ((mode & OTHERS) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw keyStoreError(file, `is open to other users (mode ${octal})`);
  }
}

/**
 * The key in the PEM of a private key file. It is used once, so that a file damaged in a way that
 * still parses does not go on to make bindings that nobody can verify.
 */
export function parsePrivateKey(
  file: string,
  pem: Buffer,
  keyType: KeyType,
  passphrase: string | undefined,
): KeyObject {
  const label = passphrase === undefined ? 'PRIVATE KEY' : 'ENCRYPTED PRIVATE KEY';
  if (!pem.toString('latin1').startsWith(`-----BEGIN ${label}-----`)) {
    throw keyStoreError(file, `is not the PEM of ${passphrase ? 'an encrypted' : 'a plain'} key`);
  }
  try {
    const key = createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    identifierOf(keyType, key);
    if (!isWorking(keyType, key)) throw new Error('the private key does not fit its public key');
    return key;
  } catch (cause) {
    const hint = passphrase === undefined ? '' : ' with this passphrase';
    throw keyStoreError(file, `does not hold a usable ${keyType} key${hint}`, cause);
  }
}

/** PKCS#8 in PEM, encrypted where there is a passphrase. */
export function formatPrivateKey(key: KeyObject, passphrase: string | undefined): string {
  const plain: KeyExportOptions<'pem'> = { type: 'pkcs8', format: 'pem' };
  const options =
    passphrase === undefined ? plain : { ...plain, cipher: 'aes-256-cbc', passphrase };
  return key.export(options).toString();
}

export function keyStoreError(file: string, problem: string, cause?: unknown): TokenBindingError {
  const message = `key store: ${file} ${problem}`;
  return new TokenBindingError('ERR_TB_KEY_STORE', message, { file, cause });
}

function isWorking(keyType: KeyType, key: KeyObject): boolean {
  const probe = { bindingType: 'provided', keyType, ekm: new Uint8Array(32) } as const;
  return verifySync(createPublicKey(key), probe, signSync(key, probe));
}
