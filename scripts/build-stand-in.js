// Builds the stand-in for tokenbinding.dll that tests load (not Microsoft's DLL), in every flavour.
// Needs MinGW: node scripts/build-stand-in.js [outdir]
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mingwTool } from './mingw.js';

const SOURCES = fileURLToPath(new URL('../test/windows/stand-in/', import.meta.url));
const outdir = resolve(process.argv[2] ?? 'build/stand-in');
/** The version resource, compiled. */
const VERSION = join(outdir, 'version.o');

const FLAGS = [
  ...['-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'],
  ...['-static', '-s', '-D_WIN32_WINNT=0x0A00', '-DWIN32_LEAN_AND_MEAN'],
];

const CORE = [
  ...['bytes.c', 'generate.c', 'identify.c', 'key.c', 'key-blob.c', 'key-pair.c', 'manage.c'],
  ...['message.c', 'own-keys.c', 'p256.c', 'providers.c', 'results.c', 'signature.c', 'verify.c'],
];
const USUAL = [...CORE, 'as-guessed.c'];
const PLAIN = [...USUAL, 'well-behaved.c', 'block-heap.c', 'exports.c'];
const GUARD = ['blocks.c', 'dll.c', 'hooks.c', 'patch.c', 'regions.c', 'report.c'];
/** Notices what an addon does wrong with results. */
const GUARDED = ['well-behaved.c', 'exports.c', ...within('guard', GUARD)];
const HOSTILE = [
  ...['answers.c', 'blocks.c', 'bytes-answers.c', 'entry-answers.c', 'exports.c'],
  ...['list-answers.c', 'out-answers.c', 'types-answers.c'],
];

const TARGETS = {
  'tokenbinding.dll': library('v2', PLAIN),
  'tokenbinding-v1.dll': library('v1', ['exports-v1.c']),
  'tokenbinding-1809.dll': library('v2-1809', PLAIN),
  'tokenbinding-incomplete.dll': library('incomplete', PLAIN),
  'tokenbinding-guard.dll': library('v2', [...USUAL, ...GUARDED]),
  'tokenbinding-other-statuses.dll': library('v2', [...CORE, ...GUARDED, 'other-statuses.c']),
  'tokenbinding-verified-only.dll': library('v2', [...CORE, ...GUARDED, 'verified-only.c']),
  'tokenbinding-hostile.dll': library('v2', [
    ...USUAL,
    ...['well-behaved.c', 'block-heap.c', 'unknown-name.c'],
    ...within('hostile', HOSTILE),
  ]),
  'tokenbinding-deviant.dll': library('v2', [
    ...USUAL,
    ...['block-heap.c', 'exports.c', 'unknown-name.c', 'deviant/deviations.c'],
  ]),
  'call-cost.exe': ['call-cost.c'],
};

const compiler = mingwTool('gcc');
mkdirSync(outdir, { recursive: true });
run(mingwTool('windres'), ['version.rc', VERSION]);
for (const [name, inputs] of Object.entries(TARGETS)) build(join(outdir, name), inputs);

function library(exports, sources) {
  return ['-shared', ...sources, `exports/${exports}.def`, VERSION];
}

function within(folder, files) {
  return files.map((file) => `${folder}/${file}`);
}

function build(output, inputs) {
  run(compiler, [...FLAGS, '-o', output, ...inputs, '-lbcrypt']);
  console.log(output);
}

function run(tool, args) {
  const { status } = spawnSync(tool, args, { cwd: SOURCES, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
