// Records conformance in both areas, with pages, and keeps beside it the addon that was used and the versions.
// On Windows it records Windows beside the portable provider, elsewhere the portable provider beside the specification.
//
//   node scripts/record-conformance.js <new folder> [<number of mutations>]
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release, version } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './mingw.js';

const [name, mutations = '20000'] = process.argv.slice(2);
if (name === undefined) {
  console.error('node scripts/record-conformance.js <new folder> [<number of mutations>]');
  process.exit(2);
}
const folder = resolve(name);
mkdirSync(folder);
const onWindows = process.platform === 'win32';
const sides = onWindows ? [] : ['portable', 'specification'];
record('token-binding', ['--cases', mutations]);
record('sspi', []);
writeFileSync(join(folder, 'versions.json'), `${JSON.stringify(versions(), null, 2)}\n`);

/** Exit code 1 means that the sides differ. That is no failure here: the recording is the result. */
function record(area, args) {
  const files = ['--record', join(folder, `${area}.jsonl`), '--html', join(folder, `${area}.html`)];
  const command = ['dist/src/cli.js', 'conformance', '--area', area, ...args, ...files, ...sides];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0 && status !== 1) throw new Error(`conformance of ${area} ended with ${status}`);
}

function versions() {
  const { version: ofPackage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const system = `${onWindows ? version() : process.platform} ${release()} ${process.arch}`;
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  return { package: ofPackage, commit, system, ...process.versions, addon: keepAddon() };
}

/** Copies the addon and returns its hash. node-gyp-build prefers build/Release to prebuilds. */
function keepAddon() {
  const addons = ['build/Release', `prebuilds/${process.platform}-${process.arch}`];
  const file = addons.map((at) => join(root, at, 'tokenbinding.node')).find(existsSync);
  if (file === undefined) return null;
  copyFileSync(file, join(folder, 'tokenbinding.node'));
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
