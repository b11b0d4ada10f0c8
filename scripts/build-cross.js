// Builds prebuilds/win32-<architecture>/tokenbinding.node on Linux, the same bytes each time.
//
//   node scripts/build-cross.js [--arch x64|ia32|arm64]... [--native <folder>] [--out <file>] [--objects <folder>]
//
// The default is x64. With --objects it compiles only the sources whose objects are not in that folder yet.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { writeHostImports } from './host-imports.js';
import { HEADERS, root } from './mingw.js';
import { ARCHITECTURES, toolchain } from './toolchains.js';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', multiple: true, default: ['x64'] },
    native: { type: 'string', default: join(root, 'native') },
    out: { type: 'string' },
    objects: { type: 'string' },
  },
});
const wrong = values.arch.find((arch) => !ARCHITECTURES.includes(arch));
if (wrong !== undefined || (values.out !== undefined && values.arch.length > 1)) {
  console.error(
    wrong === undefined ? '--out needs one --arch' : `--arch must be one of ${ARCHITECTURES}`,
  );
  process.exit(2);
}
const native = resolve(values.native);
const sources = readdirSync(native).filter((file) => file.endsWith('.cc'));

const OPTIONS = ['-std=c++17', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];
const COMPILE = [
  ...OPTIONS,
  // Paths would make the bytes depend on the folder of the build.
  `-ffile-prefix-map=${native}=native`,
  `-ffile-prefix-map=${root}=`,
];

const execute = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), 'tokenbinding-build-'));
try {
  for (const arch of values.arch) await build(arch);
} catch (error) {
  console.error(error.stderr || error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}

async function build(arch) {
  const tools = toolchain(arch);
  const folder = join(work, arch);
  mkdirSync(folder);
  const objects = await Promise.all(sources.sort().map((source) => compile(tools, source, folder)));
  const imports = join(folder, 'host_imports.c');
  writeHostImports(imports, objects, tools.prefix);
  const compiled = join(folder, 'host_imports.o');
  await run(tools, tools.cc, ['-O2', '-c', imports, '-o', compiled]);
  // The linker writes the file's name into the file.
  const addon = join(folder, 'tokenbinding.node');
  await run(tools, tools.cxx, [...tools.link, ...objects, compiled, '-o', addon]);
  const out = resolve(values.out ?? join(root, `prebuilds/win32-${arch}/tokenbinding.node`));
  mkdirSync(dirname(out), { recursive: true });
  // Others must not see a half-written file.
  copyFileSync(addon, `${out}.part`);
  renameSync(`${out}.part`, out);
  console.log(`built ${out}`);
}

function run({ env }, [command, ...first], args) {
  // Zig warns of much in the libraries that it builds.
  return execute(command, [...first, ...args], { env, maxBuffer: 2 ** 26 });
}

async function compile(tools, source, folder) {
  const object = join(folder, `${basename(source, '.cc')}.o`);
  const kept = values.objects && join(resolve(values.objects), `${await hashOf(tools, source)}.o`);
  if (kept && existsSync(kept)) return kept;
  const files = ['-c', join(native, source), '-o', object];
  await run(tools, tools.cxx, [...COMPILE, ...tools.defines, ...HEADERS, ...files]);
  if (kept) {
    mkdirSync(dirname(kept), { recursive: true });
    copyFileSync(object, `${kept}.${process.pid}`);
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return object;
}

/** The hash of every input of an object: sources, headers, compiler and options. */
async function hashOf(tools, source) {
  const { stdout } = await run(tools, tools.cxx, ['--version']);
  const inputs = [source, stdout, OPTIONS, tools.defines];
  const hash = createHash('sha256').update(JSON.stringify(inputs));
  for (const name of ['node-addon-api', 'node-api-headers']) {
    hash.update(readFileSync(join(root, 'node_modules', name, 'package.json')));
  }
  const texts = textsOf(source);
  for (const file of [...texts.keys()].sort()) hash.update(JSON.stringify([file, texts.get(file)]));
  return hash.digest('hex');
}

/** A source and the headers of native/ that it includes, directly or not. */
function textsOf(file, texts = new Map()) {
  if (texts.has(file)) return texts;
  const text = readFileSync(join(native, file), 'utf8');
  texts.set(file, text);
  for (const [, header] of text.matchAll(/^#include "(.+)"$/gm)) textsOf(header, texts);
  return texts;
}
