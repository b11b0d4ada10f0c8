import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Batch } from './measure.js';

const FLAGS = ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-O2', '-Wall', '-Wextra', '-Werror'];

/** What a program is made of. */
export interface CSource {
  /** The name of the file in bench/. */
  readonly file: string;
  /** Further arguments of gcc. */
  readonly options: readonly string[];
}

/** Those packages of Debian that are missing. `needs` has a file of each. */
export function missingPackages(needs: Readonly<Record<string, string>>): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isThere = (file: string) => folders.some((folder) => existsSync(resolve(folder, file)));
  return Object.entries(needs).flatMap(([file, name]) => (isThere(file) ? [] : [name]));
}

/** A program in C that works on request in another process, while this one waits. */
export class CProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tokenbinding-c-'));
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  constructor({ file, options }: CSource, args: readonly string[], environment = {}) {
    const source = fileURLToPath(new URL(`../../bench/${file}`, import.meta.url));
    const program = join(this.#folder, basename(file, '.c'));
    execFileSync('gcc', [...FLAGS, '-o', program, source, ...options], { stdio: 'inherit' });
    const env = { ...process.env, ...environment };
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.once('exit', (code) => {
      if (code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${code}`);
    });
  }

  /** @param request the line for so many calls */
  batch(request: (times: number) => string): Batch {
    return async (times) => {
      this.#child.stdin.write(`${request(times)}\n`);
      await once(this.#child.stdout, 'data');
    };
  }

  stop(): void {
    this.#child.stdin.end();
    rmSync(this.#folder, { recursive: true });
  }
}
