// Packs a release into release/. Refuses unless prebuilds/ has the addon of every architecture as MSVC builds it, and the
// tarball has these very files. In a workflow of GitHub it has the output `sha512`, the hash of the tarball in hex.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './mingw.js';
import { readPortableExecutable } from './portable-executable.js';
import { ARCHITECTURES } from './toolchains.js';

const work = mkdtempSync(join(tmpdir(), 'tokenbinding-release-'));
try {
  const files = ARCHITECTURES.map((arch) => `prebuilds/win32-${arch}/tokenbinding.node`);
  for (const [index, file] of files.entries()) checkAddon(file, ARCHITECTURES[index]);
  const hashes = files.map((file) => hashOf('sha256', join(root, file)));
  const tarball = pack();
  for (const [index, file] of files.entries()) {
    if (hashOf('sha256', join(work, 'package', file)) !== hashes[index]) {
      throw new Error(`the tarball has another ${file}`);
    }
  }
  const sha512 = hashOf('sha512', tarball);
  console.log(`${sha512}  ${tarball}`);
  const { GITHUB_OUTPUT: output } = process.env;
  if (output !== undefined) appendFileSync(output, `sha512=${sha512}\n`);
} catch (error) {
  console.error(`not packed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}

function checkAddon(file, arch) {
  if (!existsSync(join(root, file))) throw new Error(`${file} is missing`);
  const addon = readPortableExecutable(join(root, file));
  if (addon.arch !== arch) throw new Error(`${file} is for ${addon.arch}`);
  // node-gyp's addons import from node.exe when they call it first. Those of the cross-build never do.
  if (!addon.delayedImports.includes('node.exe')) throw new Error(`${file} is no build of MSVC`);
}

/** Packs, and unpacks the tarball again. */
function pack() {
  const folder = join(root, 'release');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const args = ['pack', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
  const tarball = join(folder, filename);
  execFileSync('tar', ['-xzf', tarball, '-C', work]);
  return tarball;
}

function hashOf(algorithm, file) {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  return createHash(algorithm).update(readFileSync(file)).digest('hex');
}
