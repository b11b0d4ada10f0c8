// Builds prebuilds/win32-x64/tokenbinding.node on Linux with MinGW, the same bytes each time.
//
//   node scripts/build-cross.js [--native <folder>] [--out <file>] [--objects <folder>]
//
// With --objects it compiles only the sources whose objects are not in that folder yet.
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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DEFINES, HEADERS, mingwTool, root } from './mingw.js';

const { values } = parseArgs({
  options: {
    native: { type: 'string', default: join(root, 'native') },
    out: { type: 'string', default: join(root, 'prebuilds/win32-x64/tokenbinding.node') },
    objects: { type: 'string' },
  },
});
const native = resolve(values.native);
const out = resolve(values.out);

const OPTIONS = ['-std=c++17', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];
const COMPILE = [
  ...OPTIONS,
  // Paths would make the bytes depend on the folder of the build.
  `-ffile-prefix-map=${native}=native`,
  `-ffile-prefix-map=${root}=`,
];
const LINK = [
  // With these the addon needs no DLL of MinGW's own.
  ...['-shared', '-static', '-static-libgcc', '-static-libstdc++', '-s'],
  '-Wl,--nxcompat,--dynamicbase,--high-entropy-va,--no-insert-timestamp,--disable-auto-image-base',
];

const run = promisify(execFile);
const compiler = mingwTool('g++');
const work = mkdtempSync(join(tmpdir(), 'tokenbinding-build-'));
try {
  const sources = readdirSync(native).filter((file) => file.endsWith('.cc'));
  const objects = await Promise.all(sources.sort().map(compile));
  const imports = await writeHostImports(objects);
  // The linker writes the file's name into the file.
  const addon = join(work, 'tokenbinding.node');
  await run(compiler, [...LINK, ...objects, '-x', 'c', imports, '-o', addon]);
  mkdirSync(dirname(out), { recursive: true });
  // Others must not see a half-written file.
  copyFileSync(addon, `${out}.part`);
  renameSync(`${out}.part`, out);
  console.log(`built ${out}`);
} catch (error) {
  console.error(error.stderr || error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true });
}

async function compile(source) {
  const object = join(work, `${basename(source, '.cc')}.o`);
  const kept = values.objects && join(resolve(values.objects), `${await hashOf(source)}.o`);
  if (kept && existsSync(kept)) return kept;
  const files = ['-c', join(native, source), '-o', object];
  await run(compiler, [...COMPILE, ...DEFINES, ...HEADERS, ...files]);
  if (kept) {
    mkdirSync(dirname(kept), { recursive: true });
    copyFileSync(object, `${kept}.${process.pid}`);
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return object;
}

/** The hash of every input of an object: sources, headers, compiler and options. */
async function hashOf(source) {
  const { stdout } = await run(compiler, ['--version']);
  const hash = createHash('sha256').update(JSON.stringify([source, stdout, OPTIONS, DEFINES]));
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

/**
 * The program that loads the addon exports Node-API's functions: node.exe, a renamed copy, electron.exe, or its
 * libnode.dll. An import from node.exe would only work in node.exe. So this defines the linker's import pointers
 * and fills them when the addon is loaded.
 */
async function writeHostImports(objects) {
  const { stdout } = await run(mingwTool('nm'), ['-u', ...objects]);
  const names = [...stdout.matchAll(/U __imp_((?:napi|node_api)_\w+)/g)].map(([, name]) => name);
  const functions = [...new Set(names)].sort();
  const source = join(work, 'host_imports.c');
  writeFileSync(
    source,
    `#include <windows.h>

${functions.map((name) => `void *__imp_${name};`).join('\n')}

static const struct {
  const char *name;
  void **pointer;
} imports[] = {
${functions.map((name) => `    {"${name}", &__imp_${name}},`).join('\n')}
};

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance;
  (void)reserved;
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  HMODULE host = GetModuleHandleW(L"libnode.dll");
  if (host == NULL) host = GetModuleHandleW(NULL);
  for (size_t i = 0; i < sizeof imports / sizeof imports[0]; i++) {
    *imports[i].pointer = (void *)GetProcAddress(host, imports[i].name);
    if (*imports[i].pointer == NULL) return FALSE;
  }
  return TRUE;
}
`,
  );
  return source;
}
