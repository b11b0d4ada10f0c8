import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** The path of a program on the PATH. */
export function findProgram(name: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => resolve(folder, file)).find((path) => existsSync(path));
}

/** Why a test is skipped that needs a program besides Node. The gate, which sets CI, skips none on Linux. */
export function skipWithout(name: string): string | false {
  if (process.env['CI'] !== undefined && process.platform === 'linux') return false;
  return findProgram(name) === undefined && `needs ${name}`;
}
