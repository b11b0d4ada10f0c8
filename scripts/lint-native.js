// Checks native/ for Windows' targets: the format, cppcheck, clang-tidy, and the layout of the ABI.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DEFINES, HEADERS, mingwTool, root, TARGET } from './mingw.js';

const folders = ['native', 'test/native', 'test/native/fake', 'test/native/stand_in_sdk'];
/** MinGW has no tokenbinding.h. */
const STAND_IN_SDK = ['-isystem', join(root, 'test/native/stand_in_sdk')];
const all = folders.flatMap((folder) => filesOf(folder, /\.(?:cc|h)$/));
const work = mkdtempSync(join(tmpdir(), 'tokenbinding-lint-'));
process.on('exit', () => rmSync(work, { recursive: true }));

const execute = promisify(execFile);

const checks = [
  () => run('clang-format', ['--dry-run', '--Werror', ...all]),
  () =>
    run('cppcheck', [
      ...['--quiet', '--error-exitcode=1', '--platform=win64', '--std=c++17'],
      ...['--enable=warning,performance,portability,style', 'native'],
    ]),
  () => {
    const args = [unite(filesOf('native', /\.cc$/)), '--config-file=native/.clang-tidy'];
    return tidy(args, TARGET, ['-iquote', 'native']);
  },
  // Checks their static_asserts: clang-tidy fails where a compiler would. MinGW's headers fit all targets.
  ...[TARGET, 'i686-w64-mingw32', 'aarch64-w64-mingw32'].flatMap((target) =>
    ['test/native/sspi_sdk.cc', 'test/native/tokenbinding_sdk.cc'].map((source) => () => {
      const args = [source, '--checks=-*,bugprone-swapped-arguments'];
      return tidy(args, target, STAND_IN_SDK);
    }),
  ),
].values();
// The iterator is shared: each core takes the next check.
await Promise.all(Array.from({ length: availableParallelism() }, runChecks));
console.log(`${all.length} files checked`);

async function runChecks() {
  for (const check of checks) await check();
}

function filesOf(folder, pattern) {
  return readdirSync(join(root, folder))
    .filter((file) => pattern.test(file))
    .map((file) => join(folder, file));
}

/**
 * The text of all sources as one file: most of clang-tidy's time is for windows.h and napi.h, which it then reads once.
 * It would not analyze the paths of functions in an included source.
 */
function unite(sources) {
  const united = join(work, 'united.cc');
  const texts = sources.map((file) => `// ${file}\n${readFileSync(join(root, file), 'utf8')}`);
  writeFileSync(united, texts.join('\n'));
  return united;
}

function tidy(args, target, headers = []) {
  const compile = [`--target=${target}`, '-std=c++17', ...DEFINES, ...libraryHeaders(), ...HEADERS];
  return run('clang-tidy', ['--quiet', ...args, '--', ...compile, ...headers]);
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

async function run(tool, args) {
  try {
    await execute(tool, args, { cwd: root });
  } catch (error) {
    if (error.code === 'ENOENT') {
      console.error(`${tool} is missing: apt-get install -y ${tool}`);
      process.exit(2);
    }
    console.error(error.stdout, error.stderr);
    process.exit(1);
  }
}
