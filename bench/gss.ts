import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Batch } from './measure.js';

const source = fileURLToPath(new URL('../../bench/gss.c', import.meta.url));

const NEEDS = {
  gcc: 'gcc',
  '/usr/include/gssapi/gssapi_ext.h': 'libkrb5-dev',
  '/etc/gss/mech.d/mech.ntlmssp.conf': 'gss-ntlmssp',
};

/** The missing packages of Debian that the baseline gss-ntlmssp needs. */
export function missingForGss(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isThere = (file: string) => folders.some((folder) => existsSync(resolve(folder, file)));
  return Object.entries(NEEDS).flatMap(([file, name]) => (isThere(file) ? [] : [name]));
}

/** Runs gss-ntlmssp in another process, while this one waits. */
export class Gss {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tokenbinding-gss-'));
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  constructor() {
    const program = join(this.#folder, 'gss');
    const accounts = join(this.#folder, 'accounts');
    const flags = ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-O2', '-Wall', '-Wextra', '-Werror'];
    execFileSync('gcc', [...flags, '-o', program, source, '-lgssapi_krb5'], { stdio: 'inherit' });
    writeFileSync(accounts, 'DOM:alice:secret\n');
    this.#child = spawn(program, [accounts], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.once('exit', (code) => {
      if (code !== 0) throw new Error(`gss-ntlmssp ended with ${code}`);
    });
  }

  /** A batch of messages of `size` bytes, or of logons. */
  batch(operation: 'sign' | 'seal' | 'logon', size: number): Batch {
    return async (times) => {
      this.#child.stdin.write(`${operation} ${size} ${times}\n`);
      await once(this.#child.stdout, 'data');
    };
  }

  stop(): void {
    this.#child.stdin.end();
    rmSync(this.#folder, { recursive: true });
  }
}
