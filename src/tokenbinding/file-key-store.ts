import { createHash, type KeyObject } from 'node:crypto';
import { checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { isWellFormed } from '../bytes/well-formed.js';
import { checkPrivateKey } from './arguments.js';
import { BoundedMap } from './bounded-map.js';
import { KeyFolder, keyStoreError } from './key-folder.js';
import type { KeyStore } from './key-store.js';
import { formatPrivateKey, parsePrivateKey } from './private-key-pem.js';
import { checkKeyType, KEY_TYPES, type KeyType } from './types.js';

/** Options of {@link FileKeyStore}. */
export interface FileKeyStoreOptions {
  /**
   * Encrypts each key, in PKCS #8 with AES-256-CBC: 1 to 1,024 bytes in UTF-8. OpenSSL derives the key with only 2,048
   * iterations of PBKDF2, so choose a passphrase that cannot be guessed. Without it keys are not encrypted.
   */
  passphrase?: string | undefined;
}

/** The longest passphrase that OpenSSL reads, in bytes. */
const MAX_PASSPHRASE = 1024;
const CACHED_KEYS = 256;
const KEY_FILE = new RegExp(`^(?:${KEY_TYPES.join('|').replaceAll('.', '\\.')})@.*\\.pem$`);

/**
 * Keeps private keys in a folder, one PKCS #8 PEM file for each scope and key type. Only the owner can use the folder
 * (mode 0700) and the files (mode 0600). Processes may share a folder: if several ask for the same new key at once, all
 * get the same key, and a process that is killed leaves no incomplete file. The file system must have hard links.
 *
 * Whoever can read the files can export the keys. RFC 8471 4.1 asks clients to prevent that: if you can, let the
 * operating system keep the keys.
 *
 * Every failure is a TokenBindingError ERR_TB_KEY_STORE with the `file`. A file is never replaced, even if it is
 * damaged, not a regular file, or accessible to other users. Every call first checks that the folder belongs to this
 * user and that no other user can access it; on Windows, which has no mode bits, it checks that the folder exists.
 *
 * @example
 * import { mkdtempSync, rmSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { FileKeyStore, open } from 'tokenbinding';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'keys-'));
 * const keyStore = new FileKeyStore(folder, { passphrase: 'a long passphrase' });
 * const provider = open({ provider: 'portable', keyStore });
 * await provider.generateIdForUri('ecdsap256', 'https://server.example.com/');
 * await provider.deleteBinding('https://server.example.com/');
 * rmSync(folder, { recursive: true });
 */
export class FileKeyStore implements KeyStore {
  readonly #folder: KeyFolder;
  readonly #passphrase: string | undefined;
  /** Parsed keys by file name, each with the digest of its file. */
  readonly #parsed = new BoundedMap<string, { digest: string; key: KeyObject }>(CACHED_KEYS);

  /**
   * Makes the folder if it does not exist.
   *
   * @param directory a path; a relative one is resolved against the current folder once, here
   * @throws TypeError, RangeError for a wrong argument
   * @throws TokenBindingError ERR_TB_KEY_STORE
   */
  constructor(directory: string, options: FileKeyStoreOptions = {}) {
    if (typeof directory !== 'string') throw invalidArgType('directory', 'a string');
    if (directory === '') throw outOfRange('directory', 'a path');
    const { passphrase } = checkOptions('options', options, ['passphrase']);
    this.#passphrase = checkPassphrase(passphrase);
    this.#folder = new KeyFolder(directory);
  }

  /** The private key of a scope and key type; undefined if there is no file for it. */
  get(scope: string, keyType: KeyType): KeyObject | undefined {
    const name = fileNameOf(scope, keyType);
    const pem = this.#folder.read(name);
    if (pem === undefined) {
      this.#parsed.delete(name);
      return undefined;
    }
    const digest = createHash('sha256').update(pem).digest('base64');
    const parsed = this.#parsed.get(name);
    if (parsed?.digest === digest) return parsed.key;
    const key = this.#parse(name, pem, keyType);
    this.#parsed.set(name, { digest, key });
    return key;
  }

  /**
   * Keeps a private key, unless the scope has one of that type.
   *
   * @returns the key that is kept now
   * @throws TypeError, RangeError for a wrong argument
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY for a key of another type than `keyType`
   */
  add(scope: string, keyType: KeyType, privateKey: KeyObject): KeyObject {
    const name = fileNameOf(scope, keyType);
    checkPrivateKey('privateKey', keyType, privateKey);
    const pem = formatPrivateKey(privateKey, this.#passphrase);
    return this.#folder.createOnce(name, pem, () => this.get(scope, keyType));
  }

  /** Deletes the keys of a scope, of every type. A scope without a key is no error. */
  delete(scope: string): void {
    this.#remove(KEY_TYPES.map((keyType) => fileNameOf(scope, keyType)));
  }

  /** Deletes every key in the folder. */
  deleteAll(): void {
    this.#folder.removeDrafts();
    this.#remove(this.#folder.names().filter((name) => KEY_FILE.test(name)));
  }

  #remove(names: string[]): void {
    for (const name of names) this.#parsed.delete(name);
    this.#folder.remove(names);
  }

  #parse(name: string, pem: Buffer, keyType: KeyType): KeyObject {
    try {
      return parsePrivateKey(pem, keyType, this.#passphrase);
    } catch (cause) {
      const hint = this.#passphrase === undefined ? '' : ' that this passphrase decrypts';
      const problem = `does not contain a valid ${keyType} key${hint}`;
      throw keyStoreError(this.#folder.pathOf(name), problem, cause);
    }
  }
}

/** The key type comes first: Windows reserves file names such as `con.pem`. */
function fileNameOf(scope: string, keyType: KeyType): string {
  checkKeyType('keyType', keyType);
  if (typeof scope !== 'string') throw invalidArgType('scope', 'a string');
  if (!isWellFormed(scope)) throw outOfRange('scope', 'a host name');
  return `${keyType}@${encodeURIComponent(scope).replaceAll('*', '%2A')}.pem`;
}

function checkPassphrase(passphrase: unknown): string | undefined {
  if (passphrase === undefined) return undefined;
  if (typeof passphrase !== 'string') throw invalidArgType('options.passphrase', 'a string');
  const length = Buffer.byteLength(passphrase);
  if (length === 0 || length > MAX_PASSPHRASE || !isWellFormed(passphrase)) {
    throw outOfRange('options.passphrase', `1 to ${MAX_PASSPHRASE} bytes of well-formed text`);
  }
  return passphrase;
}
