import { createHash, type KeyObject, randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { TokenBindingError } from '../errors.js';
import { wrongKind, wrongValue } from './arguments.js';
import type { KeyStore } from './key-store.js';
import {
  formatPrivateKey,
  keyStoreError,
  parsePrivateKey,
  readPrivateKeyFile,
  requirePrivate,
} from './private-key-file.js';
import { KEY_TYPES, type KeyType } from './types.js';

export interface FileKeyStoreOptions {
  /** Encrypts each key (PKCS#8, AES-256-CBC); at least one character. */
  passphrase?: string | undefined;
}

const DRAFT = /^\.draft-[0-9a-f-]{36}$/;
const KEY_FILE = new RegExp(`^(?:${KEY_TYPES.join('|').replaceAll('.', '\\.')})@.+\\.pem$`);
/** A draft lives for milliseconds; one this old was left by a process that was killed. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Keys in a folder: one PKCS#8 PEM file for each scope and key type, the folder for its owner alone
 * (mode 0700), the files too (0600). Any number of processes may share it: those that ask for the
 * same new key at once end with one key, and a process killed at any moment leaves whole files. It
 * needs a file system with hard links.
 *
 * Such keys can be exported by whoever can read the files, which RFC 8471 4.1 does not want of a
 * client: where there is a choice, let the operating system keep the keys.
 *
 * Every failure is a TokenBindingError ERR_TB_KEY_STORE with the `file`; a file that is damaged, of
 * another kind or open to other users is never replaced.
 */
export class FileKeyStore implements KeyStore {
  readonly #directory: string;
  readonly #passphrase: string | undefined;
  readonly #parsed = new Map<string, { digest: string; key: KeyObject }>();

  /**
   * Makes the folder if there is none.
   *
   * @throws TypeError, RangeError for a wrong argument
   * @throws TokenBindingError ERR_TB_KEY_STORE
   */
  constructor(directory: string, options: FileKeyStoreOptions = {}) {
    if (typeof directory !== 'string') throw wrongKind('directory', 'a string');
    if (directory === '') throw wrongValue('directory', 'a path');
    const { passphrase } = options;
    if (passphrase !== undefined && typeof passphrase !== 'string') {
      throw wrongKind('options.passphrase', 'a string');
    }
    if (passphrase === '') throw wrongValue('options.passphrase', 'at least one character');
    this.#directory = resolve(directory);
    this.#passphrase = passphrase;
    this.#openDirectory();
  }

  get(scope: string, keyType: KeyType): KeyObject | undefined {
    const file = this.#fileOf(scope, keyType);
    const pem = readPrivateKeyFile(file);
    if (pem === undefined) return undefined;
    const digest = createHash('sha256').update(pem).digest('base64');
    const parsed = this.#parsed.get(file);
    if (parsed?.digest === digest) return parsed.key;
    const key = parsePrivateKey(file, pem, keyType, this.#passphrase);
    this.#parsed.set(file, { digest, key });
    return key;
  }

  add(scope: string, keyType: KeyType, privateKey: KeyObject): KeyObject {
    const file = this.#fileOf(scope, keyType);
    const pem = formatPrivateKey(privateKey, this.#passphrase);
    for (;;) {
      this.#guard(file, 'cannot be written', () => this.#createOnce(file, pem));
      const kept = this.get(scope, keyType);
      if (kept !== undefined) return kept;
    }
  }

  delete(scope: string): void {
    this.#removeAbandonedDrafts();
    for (const keyType of KEY_TYPES) this.#remove(this.#fileOf(scope, keyType));
  }

  deleteAll(): void {
    for (const name of this.#names()) {
      if (KEY_FILE.test(name) || DRAFT.test(name)) this.#remove(join(this.#directory, name));
    }
  }

  /**
   * Gives the file its name only when all of it is on disk, and only if nobody has that name yet:
   * link(2) does both in one step, which rename(2) and O_EXCL do not.
   */
  #createOnce(file: string, pem: string): void {
    const draft = join(this.#directory, `.draft-${randomUUID()}`);
    try {
      writeFileSync(draft, pem, { mode: 0o600, flag: 'wx', flush: true });
      linkSync(draft, file);
      this.#flushDirectory();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Without it the name of a new file could be lost with the power. Windows opens no folders. */
  #flushDirectory(): void {
    if (process.platform === 'win32') return;
    const descriptor = openSync(this.#directory, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #openDirectory(): void {
    const directory = this.#directory;
    this.#guard(directory, 'cannot be made', () => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    });
    this.#guard(directory, 'cannot be used', () => requirePrivate(directory, statSync(directory)));
    this.#removeAbandonedDrafts();
  }

  #removeAbandonedDrafts(): void {
    for (const name of this.#names().filter((name) => DRAFT.test(name))) {
      const draft = join(this.#directory, name);
      const made = statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (made < Date.now() - ABANDONED_AFTER_MS) this.#remove(draft);
    }
  }

  #names(): string[] {
    return this.#guard(this.#directory, 'cannot be listed', () => readdirSync(this.#directory));
  }

  #remove(file: string): void {
    this.#parsed.delete(file);
    this.#guard(file, 'cannot be deleted', () => rmSync(file, { force: true }));
  }

  /** The key type comes first: Windows reserves file names such as `con.pem`. */
  #fileOf(scope: string, keyType: KeyType): string {
    return join(this.#directory, `${keyType}@${encodeURIComponent(scope)}.pem`);
  }

  #guard<T>(file: string, problem: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof TokenBindingError) throw error;
      throw keyStoreError(file, problem, error);
    }
  }
}
