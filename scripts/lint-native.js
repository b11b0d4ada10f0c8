// Checks native/ for Windows' targets: the format, cppcheck, clang-tidy, and the layout of the ABI.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFINES, HEADERS, mingwTool, root, TARGET } from './mingw.js';

const folders = ['native', 'test/native', 'test/native/fake', 'test/native/stand_in_sdk'];
/** MinGW has no tokenbinding.h. */
const STAND_IN_SDK = ['-isystem', join(root, 'test/native/stand_in_sdk')];
const all = folders.flatMap((folder) => filesOf(folder, /\.(?:cc|h)$/));
const sources = filesOf('native', /\.cc$/);

run('clang-format', ['--dry-run', '--Werror', ...all]);
run('cppcheck', [
  ...['--quiet', '--error-exitcode=1', '--platform=win64', '--std=c++17'],
  ...['--enable=warning,performance,portability,style', 'native'],
]);
for (const source of sources) tidy([source], TARGET);
// For their static_asserts: clang-tidy fails where a compiler would. MinGW's headers are for all targets.
for (const target of [TARGET, 'i686-w64-mingw32', 'aarch64-w64-mingw32']) {
  for (const source of ['test/native/sspi_sdk.cc', 'test/native/tokenbinding_sdk.cc']) {
    tidy([source, '--checks=-*,bugprone-swapped-arguments'], target, STAND_IN_SDK);
  }
}
console.log(`${all.length} files checked`);

function filesOf(folder, pattern) {
  return readdirSync(join(root, folder))
    .filter((file) => pattern.test(file))
    .map((file) => join(folder, file));
}

function tidy(args, target, headers = []) {
  const compile = [`--target=${target}`, '-std=c++17', ...DEFINES, ...libraryHeaders(), ...HEADERS];
  run('clang-tidy', ['--quiet', ...args, '--', ...compile, ...headers]);
}

/** Clang does not find MinGW's headers by itself. */
function libraryHeaders() {
  const library = execFileSync(mingwTool('g++'), ['-print-libgcc-file-name'], { encoding: 'utf8' });
  const headers = join(dirname(library), 'include/c++');
  return [headers, join(headers, TARGET), '/usr/share/mingw-w64/include'].flatMap((folder) => [
    '-isystem',
    folder,
  ]);
}

function run(tool, args) {
  const { status, error, stdout, stderr } = spawnSync(tool, args, { cwd: root, encoding: 'utf8' });
  if (error !== undefined) {
    console.error(`${tool} does not run (${error.code}): apt-get install -y ${tool}`);
    process.exit(2);
  }
  if (status === 0) return;
  console.error(stdout, stderr);
  process.exit(1);
}
