import { createHash, type KeyObject } from 'node:crypto';
import { checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { checkPrivateKey } from './arguments.js';
import { BoundedMap } from './bounded-map.js';
import { KeyFolder, keyStoreError } from './key-folder.js';
import type { KeyStore } from './key-store.js';
import { formatPrivateKey, parsePrivateKey } from './private-key-pem.js';
import { checkKeyType, KEY_TYPES, type KeyType } from './types.js';

export interface FileKeyStoreOptions {
  /**
   * Encrypts each key: PKCS #8 with AES-256-CBC and OpenSSL's own PBKDF2 of 2,048 rounds, which is
   * no match for a guessable passphrase. 1 to 1,024 bytes of UTF-8.
   */
  passphrase?: string | undefined;
}

/** OpenSSL reads no longer passphrase. */
const MAX_PASSPHRASE = 1024;
const CACHED_KEYS = 256;
const KEY_FILE = new RegExp(`^(?:${KEY_TYPES.join('|').replaceAll('.', '\\.')})@.*\\.pem$`);

/**
 * Keys in a folder: one PKCS #8 PEM file for each scope and key type, the folder for its owner alone
 * (mode 0700), the files too (0600). Any number of processes may share it: those that ask for the
 * same new key at once end with one key, and a process killed at any moment leaves whole files. It
 * needs a file system with hard links.
 *
 * Such keys can be exported by whoever can read the files, which RFC 8471 4.1 does not want of a
 * client: where there is a choice, let the operating system keep the keys.
 *
 * Every failure is a TokenBindingError ERR_TB_KEY_STORE with the `file`; a file that is damaged, of
 * another kind or open to other users is never replaced. Every call first checks that the folder belongs to
 * this user and is open to nobody else (on Windows, which has no mode bits, that it is there).
 */
export class FileKeyStore implements KeyStore {
  readonly #folder: KeyFolder;
  readonly #passphrase: string | undefined;
  /** Keys already parsed, by path, with a digest of the file they are from. */
  readonly #parsed = new BoundedMap<string, { digest: string; key: KeyObject }>(CACHED_KEYS);

  /**
   * Makes the folder if there is none.
   *
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

  add(scope: string, keyType: KeyType, privateKey: KeyObject): KeyObject {
    const name = fileNameOf(scope, keyType);
    checkPrivateKey('privateKey', keyType, privateKey);
    const pem = formatPrivateKey(privateKey, this.#passphrase);
    return this.#folder.createOnce(name, pem, () => this.get(scope, keyType));
  }

  delete(scope: string): void {
    this.#remove(KEY_TYPES.map((keyType) => fileNameOf(scope, keyType)));
  }

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
      const hint = this.#passphrase === undefined ? '' : ' that this passphrase opens';
      const problem = `does not hold a usable ${keyType} key${hint}`;
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

/** A lone surrogate turns into another character in UTF-8. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}
