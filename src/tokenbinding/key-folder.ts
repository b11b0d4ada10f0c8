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
/** A draft lives for milliseconds; one of another minute was left by a process that was killed. */
const ABANDONED_AFTER_MS = 60_000;
/** Each attempt is lost to somebody who creates and deletes the same file meanwhile. */
const ATTEMPTS = 100;

/**
 * Small files in a folder that is its owner's alone (mode 0700, files 0600), which every use checks again. A
 * file appears whole or not at all, and is never replaced.
 *
 * Every failure is a TokenBindingError ERR_TB_KEY_STORE with the `file`.
 */
export class KeyFolder {
  readonly #path: string;

  /** Makes the folder if there is none. */
  constructor(path: string) {
    this.#path = guard(path, 'cannot be made', () => {
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

  /** The content of a file, or undefined where there is none. */
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

  /**
   * Creates a file unless there is one, then gives back what `read` makes of the file that is there.
   */
  createOnce<T>(name: string, content: string, read: () => T | undefined): T {
    this.#requirePrivateFolder();
    const file = this.pathOf(name);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      guard(file, 'cannot be written', () => this.#link(file, content));
      const found = read();
      if (found !== undefined) return found;
    }
    throw keyStoreError(file, 'is created and deleted by others all the time');
  }

  /** Deletes files, with what killed processes have left of them. One that is not there is no error. */
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

  /** Deletes every draft; who is about to name one makes another. */
  removeDrafts(): void {
    this.#requirePrivateFolder();
    this.#removeDrafts(() => true);
  }

  /**
   * link(2) gives a whole file its name and fails if the name is taken, both in one step, which
   * neither rename(2) nor O_EXCL does.
   */
  #link(file: string, content: string): void {
    const draft = this.pathOf(`.draft-${randomUUID()}`);
    try {
      writePrivate(draft, content);
      try {
        linkSync(draft, file);
      } catch (error) {
        // ENOENT: somebody deletes all drafts. EEXIST: the file is there.
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
      // Killed between link and unlink, a process leaves a draft that is a second name of the file.
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

  /** Without it a new or a deleted name could be undone with the power. Windows opens no folders. */
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

/** The first folder that was made for it, if one was. */
function makeFolder(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw keyStoreError(path, 'is not a folder', error);
    throw error;
  }
}

/** No link is followed, and a FIFO is not waited for; Windows has neither flag. */
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
    // The mode given to open(2) is cut by the umask.
    if (process.platform !== 'win32') fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Refuses what another user owns or can reach; Windows has no such mode bits. */
function requirePrivate(file: string, { mode, uid }: BigIntStats, wanted: '0600' | '0700'): void {
  if (process.geteuid === undefined) return;
  if (uid !== BigInt(process.geteuid())) throw keyStoreError(file, 'belongs to another user');
  if ((mode & OTHERS) !== 0n) {
    const octal = (mode & 0o777n).toString(8).padStart(4, '0');
    throw keyStoreError(file, `is open to other users (mode ${octal}); it must be ${wanted}`);
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
