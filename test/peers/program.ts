import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ACCOUNTS, type Account } from './accounts.js';

export type Program =
  | 'gss_ntlmssp.py'
  | 'kerberos_first.py'
  | 'mit_kerberos.py'
  | 'mit_spnego.py'
  | 'samba_gensec.py';

const programs: string = fileURLToPath(new URL('../../../test/peers/programs/', import.meta.url));

/** Debian's packages install their modules for this Python. Another one on the PATH lacks them. */
export const PYTHON = '/usr/bin/python3';

/** The path of a program of this folder. */
export function programFile(name: string): string {
  return join(programs, name);
}

/**
 * Starts another implementation, which knows {@link ACCOUNTS}.
 *
 * @param folder a folder of the test
 */
export function startProgram(
  program: Program,
  folder: string,
): ChildProcessByStdio<Writable, Readable, Readable> {
  writeFileSync(join(folder, 'accounts'), userFile(ACCOUNTS));
  return spawn(PYTHON, ['-B', programFile(program), folder], { stdio: 'pipe' });
}

/** The file of accounts that NTLM_USER_FILE of gss-ntlmssp names. */
export function userFile(accounts: readonly Account[]): string {
  return accounts.map(({ domain, user, password }) => `${domain}:${user}:${password}\n`).join('');
}
