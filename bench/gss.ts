import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Batch } from './measure.js';

const source = fileURLToPath(new URL('../../bench/gss.c', import.meta.url));

/** A mechanism of MIT's GSS-API. */
export type Mechanism = 'ntlm' | 'kerberos';

/** Files, and the packages that have them. */
const BUILD_NEEDS = { gcc: 'gcc', '/usr/include/gssapi/gssapi_ext.h': 'libkrb5-dev' };
const NEEDS: Readonly<Record<Mechanism, Readonly<Record<string, string>>>> = {
  kerberos: BUILD_NEEDS,
  ntlm: { ...BUILD_NEEDS, '/etc/gss/mech.d/mech.ntlmssp.conf': 'gss-ntlmssp' },
};

/** The missing packages of Debian that the baseline needs. */
export function missingForGss(mechanism: Mechanism): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isThere = (file: string) => folders.some((folder) => existsSync(resolve(folder, file)));
  return Object.entries(NEEDS[mechanism]).flatMap(([file, name]) => (isThere(file) ? [] : [name]));
}

export type Operation =
  | 'sign'
  | 'seal'
  | 'keep-signed'
  | 'keep-sealed'
  | 'verify'
  | 'unseal'
  | 'logon';

/** Runs a mechanism of MIT's GSS-API in another process, while this one waits. */
export class Gss {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tokenbinding-gss-'));
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  /** @param environment names the files of the mechanism */
  constructor(mechanism: Mechanism, environment: NodeJS.ProcessEnv) {
    const program = join(this.#folder, 'gss');
    const flags = ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-O2', '-Wall', '-Wextra', '-Werror'];
    const libraries = ['-lgssapi_krb5', '-lkrb5'];
    execFileSync('gcc', [...flags, '-o', program, source, ...libraries], { stdio: 'inherit' });
    const env = { ...process.env, ...environment };
    this.#child = spawn(program, [mechanism], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.once('exit', (code) => {
      if (code !== 0) throw new Error(`the program of ${mechanism} ended with ${code}`);
    });
  }

  /** A batch of messages of `size` bytes, or of logons. */
  batch(operation: Operation, size: number): Batch {
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
