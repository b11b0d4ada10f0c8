import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ACCOUNTS } from './accounts.js';

export type Program =
  | 'gss_ntlmssp.py'
  | 'kerberos_first.py'
  | 'mit_kerberos.py'
  | 'samba_gensec.py';

const programs = fileURLToPath(new URL('../../../test/peers/programs/', import.meta.url));

/** Debian's packages install their modules for this Python. Another one on the PATH lacks them. */
const PYTHON = '/usr/bin/python3';

/**
 * Starts another implementation, which knows {@link ACCOUNTS}.
 *
 * @param folder a folder of the test
 */
export function startProgram(
  program: Program,
  folder: string,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const lines = ACCOUNTS.map(({ domain, user, password }) => `${domain}:${user}:${password}\n`);
  writeFileSync(join(folder, 'accounts'), lines.join(''));
  return spawn(PYTHON, ['-B', join(programs, program), folder], { stdio: 'pipe' });
}
