import { randomUUID } from 'node:crypto';
import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { TokenBindingError } from './error.js';

const MAX_SIZE = 16 * 1024;
const OTHERS = 0o077n;
const DRAFT = /^\.draft-[0-9a-f-]{36}$/;
/** A draft exists for milliseconds. An older one was left by a process that was killed. */
const ABANDONED_AFTER_MS = 60_000;
/** An attempt fails only if others create and delete the same file at the same moment. */
const ATTEMPTS = 100;

/**
 * Small files in a folder that only its owner can access (mode 0700, files 0600). Every use checks that again. A file
 * is complete as soon as it exists, and is never replaced.
 *
 * Every failure is a TokenBindingError ERR_TB_KEY_STORE with the `file`.
 */
export class KeyFolder {
  readonly #path: string;

  /** Makes the folder if it does not exist. */
  constructor(path: string) {
    this.#path = guard(path, 'cannot be created', () => {
      const absolute = resolve(path);
      const made = makeFolder(absolute);
      if (made !== undefined) chmodSync(absolute, 0o700);
      return absolute;
    });
    this.#requirePrivateFolder();
    this.#removeDrafts(isAbandoned);
  }

  pathOf(name: string): string {
    return join(this.#path, name);
  }

  names(): string[] {
    this.#requirePrivateFolder();
    const names = guard(this.#path, 'cannot be listed', () => readdirSync(this.#path));
    return names.filter((name) => !DRAFT.test(name));
  }

  /** The content of a file; undefined if the file does not exist. */
  read(name: string): Buffer | undefined {
    this.#requirePrivateFolder();
    const file = this.pathOf(name);
    let descriptor: number;
    try {
      descriptor = openSync(file, READ);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw keyStoreError(file, 'cannot be read', error);
    }
    try {
      return guard(file, 'cannot be read', () => readPrivate(file, descriptor));
    } finally {
      closeSync(descriptor);
    }
  }

  /** Creates a file unless it exists, then returns what `read` returns for the existing file. */
  createOnce<T>(name: string, content: string, read: () => T | undefined): T {
    this.#requirePrivateFolder();
    const file = this.pathOf(name);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      guard(file, 'cannot be written', () => this.#link(file, content));
      const found = read();
      if (found !== undefined) return found;
    }
    throw keyStoreError(file, 'is created and deleted by other processes again and again');
  }

  /** Deletes files, and the drafts that killed processes left. A file that does not exist is no error. */
  remove(names: readonly string[]): void {
    this.#requirePrivateFolder();
    const failures: unknown[] = [];
    for (const name of names) {
      try {
        this.#remove(name);
      } catch (error) {
        failures.push(error);
      }
    }
    this.#removeDrafts(isAbandoned);
    guard(this.#path, 'cannot be flushed', () => this.#flush());
    if (failures.length > 0) throw failures[0];
  }

  /** Deletes every draft. A process that is about to link one makes another. */
  removeDrafts(): void {
    this.#requirePrivateFolder();
    this.#removeDrafts(() => true);
  }

  /**
   * Only link(2) gives a complete file its name and fails if the name exists, in one step: rename(2) replaces a file,
   * and O_EXCL creates an empty one.
   */
  #link(file: string, content: string): void {
    const draft = this.pathOf(`.draft-${randomUUID()}`);
    try {
      writePrivate(draft, content);
      try {
        linkSync(draft, file);
      } catch (error) {
        // ENOENT: another process deleted all drafts. EEXIST: the file exists.
        if (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT') throw error;
      }
      this.#flush();
    } finally {
      rmSync(draft, { force: true });
    }
  }

  #remove(name: string): void {
    const file = this.pathOf(name);
    guard(file, 'cannot be deleted', () => {
      const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
      rmSync(file, { force: true });
      // A process that is killed between link and unlink leaves a draft: a second name of the file.
      if (stats !== undefined && stats.nlink > 1n) {
        this.#removeDrafts((draft) => draft.ino === stats.ino && draft.dev === stats.dev);
      }
    });
  }

  #removeDrafts(condition: (draft: BigIntStats) => boolean): void {
    for (const name of guard(this.#path, 'cannot be listed', () => readdirSync(this.#path))) {
      if (!DRAFT.test(name)) continue;
      const draft = this.pathOf(name);
      guard(draft, 'cannot be deleted', () => {
        const stats = lstatSync(draft, { bigint: true, throwIfNoEntry: false });
        if (stats?.isFile() && condition(stats)) rmSync(draft, { force: true });
      });
    }
  }

  #requirePrivateFolder(): void {
    const path = this.#path;
    guard(path, 'cannot be used', () => {
      const stats = statSync(path, { bigint: true });
      if (!stats.isDirectory()) throw keyStoreError(path, 'is not a folder');
      requirePrivate(path, stats, '0700');
    });
  }

  /** Without fsync a power failure can undo a creation or a deletion. Windows cannot open a folder. */
  #flush(): void {
    if (process.platform === 'win32') return;
    const descriptor = openSync(this.#path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Creates the folder and its parents. Returns the first one that did not exist, or undefined. */
function makeFolder(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw keyStoreError(path, 'is not a folder', error);
    throw error;
  }
}

/** Follows no symbolic link and does not wait for a FIFO. Windows has neither flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function readPrivate(file: string, descriptor: number): Buffer {
  const stats = fstatSync(descriptor, { bigint: true });
  if (!stats.isFile()) throw keyStoreError(file, 'is not a regular file');
  requirePrivate(file, stats, '0600');
  if (stats.size > MAX_SIZE) throw keyStoreError(file, `has more than ${MAX_SIZE} bytes`);
  return readFileSync(descriptor);
}

function writePrivate(file: string, content: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    // The umask limits the mode given to open(2).
    if (process.platform !== 'win32') fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Rejects what another user owns or can access. Windows has no mode bits. */
function requirePrivate(file: string, { mode, uid }: BigIntStats, wanted: '0600' | '0700'): void {
  if (process.geteuid === undefined) return;
  if (uid !== BigInt(process.geteuid())) throw keyStoreError(file, 'belongs to another user');
  if ((mode & OTHERS) !== 0n) {
    const octal = (mode & 0o777n).toString(8).padStart(4, '0');
    throw keyStoreError(
      file,
      `is accessible to other users (mode ${octal}); the mode must be ${wanted}`,
    );
  }
}

function isAbandoned({ mtimeMs }: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(mtimeMs)) > ABANDONED_AFTER_MS;
}

function guard<T>(file: string, problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TokenBindingError) throw error;
    throw keyStoreError(file, problem, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

export function keyStoreError(file: string, problem: string, cause?: unknown): TokenBindingError {
  const message = `key store: ${file} ${problem}`;
  return new TokenBindingError('ERR_TB_KEY_STORE', message, { file, cause });
}
