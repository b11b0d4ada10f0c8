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

/** The one that Debian's packages install modules for; another on the PATH lacks them. */
const PYTHON = '/usr/bin/python3';

/**
 * Starts another implementation, which knows {@link ACCOUNTS}.
 *
 * @param folder of the test's own
 */
export function startProgram(
  program: Program,
  folder: string,
): ChildProcessByStdio<Writable, Readable, Readable> {
  const lines = ACCOUNTS.map(({ domain, user, password }) => `${domain}:${user}:${password}\n`);
  writeFileSync(join(folder, 'accounts'), lines.join(''));
  return spawn(PYTHON, ['-B', join(programs, program), folder], { stdio: 'pipe' });
}
