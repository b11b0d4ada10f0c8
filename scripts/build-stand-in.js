// Builds the stand-in for tokenbinding.dll that tests load (not Microsoft's DLL), in every variant.
//
//   node scripts/build-stand-in.js [--arch x64|ia32|arm64] [<folder for the files>]
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { ARCHITECTURES, toolchain } from './toolchains.js';

const SOURCES = fileURLToPath(new URL('../test/windows/stand-in/', import.meta.url));
const { values, positionals } = parseArgs({
  options: { arch: { type: 'string', default: 'x64' } },
  allowPositionals: true,
});
if (!ARCHITECTURES.includes(values.arch)) {
  console.error(`--arch must be one of ${ARCHITECTURES}`);
  process.exit(2);
}
const tools = toolchain(values.arch);
const outdir = resolve(positionals[0] ?? 'build/stand-in');

const COMPILE = [
  ...['-std=c11', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'],
  ...tools.defines.filter((define) => /^-D(?:_WIN32_WINNT=|WIN32_LEAN_AND_MEAN$)/.test(define)),
];

const CORE = [
  ...['bytes.c', 'generate.c', 'identify.c', 'key.c', 'key-blob.c', 'key-pair.c', 'manage.c'],
  ...['message.c', 'own-keys.c', 'p256.c', 'providers.c', 'results.c', 'signature.c', 'verify.c'],
];
const USUAL = [...CORE, 'default-statuses.c'];
const PLAIN = [...USUAL, 'conforming.c', 'block-heap.c', 'exports.c'];
const GUARD = ['blocks.c', 'dll.c', 'hooks.c', 'patch.c', 'regions.c', 'report.c'];
/** These detect misuse of results by an addon. */
const GUARDED = ['conforming.c', 'exports.c', ...within('guard', GUARD)];
const MALICIOUS = [
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
  'tokenbinding-malicious.dll': library('v2', [
    ...USUAL,
    ...['conforming.c', 'block-heap.c', 'unknown-name.c'],
    ...within('malicious', MALICIOUS),
  ]),
  'tokenbinding-nonconforming.dll': library('v2', [
    ...USUAL,
    ...['block-heap.c', 'exports.c', 'unknown-name.c', 'nonconforming/deviations.c'],
  ]),
  'call-cost.exe': { options: [], sources: ['call-cost.c'] },
};

const execute = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), 'tokenbinding-stand-in-'));
/** The version resource, compiled. */
const version = join(work, `version.${tools.resource}`);
/** The objects by their sources: a source of several variants is compiled once. */
const objects = new Map();

try {
  mkdirSync(outdir, { recursive: true });
  await run([...tools.rc, 'version.rc', version]);
  await Promise.all(Object.entries(TARGETS).map(([name, target]) => build(name, target)));
} catch (error) {
  console.error(error.stderr || error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}

function library(exports, sources) {
  return { options: ['-shared', `exports/${exports}.def`], sources, hasVersion: true };
}

function within(folder, files) {
  return files.map((file) => `${folder}/${file}`);
}

async function build(name, { options, sources, hasVersion = false }) {
  const output = join(outdir, name);
  const compiled = await Promise.all(sources.map(compileOnce));
  const inputs = [...compiled, ...(hasVersion ? [version] : [])];
  const files = [...options, '-o', output, ...inputs, '-lbcrypt'];
  await run([...tools.cc, ...tools.standIn, ...files]);
  console.log(output);
}

function compileOnce(source) {
  if (!objects.has(source)) objects.set(source, compile(source));
  return objects.get(source);
}

async function compile(source) {
  const object = join(work, `${source.replaceAll('/', '-')}.o`);
  await run([...tools.cc, ...COMPILE, '-c', source, '-o', object]);
  return object;
}

function run([tool, ...args]) {
  return execute(tool, args, { cwd: SOURCES, env: tools.env });
}
