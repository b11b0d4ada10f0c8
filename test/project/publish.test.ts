import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';
import { findProgram, skipWithout } from '../support/programs.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const addon = (arch: string) => `prebuilds/win32-${arch}/tokenbinding.node`;

/** The least of a DLL that scripts/portable-executable.js reads: one section, and one delayed import. */
function dll(machine: number, delayed: string): Buffer {
  const bytes = Buffer.alloc(0x400);
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40, 'latin1');
  bytes.writeUInt16LE(machine, 0x44);
  bytes.writeUInt16LE(1, 0x46);
  bytes.writeUInt16LE(0xf0, 0x54);
  bytes.writeUInt16LE(0x20b, 0x58);
  // The table of delayed imports is at address 0x1000, and the name at 0x1080.
  bytes.writeUInt32LE(0x1000, 0x58 + 112 + 8 * 13);
  const section = 0x58 + 0xf0;
  for (const [field, value] of [
    [8, 0x200],
    [12, 0x1000],
    [20, 0x200],
  ] as const) {
    bytes.writeUInt32LE(value, section + field);
  }
  bytes.writeUInt32LE(0x1080, 0x204);
  bytes.write(delayed, 0x280, 'latin1');
  return bytes;
}

const MACHINES = { x64: 0x8664, ia32: 0x14c, arm64: 0xaa64 };

/** A copy of the scripts, in which npm is missing: they never get further than calling it. */
function copyScripts(): string {
  const folder = temporaryFolder();
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  const manifest = { name: 'tokenbinding', version: '1.2.3', type: 'module' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** What a script prints when it fails. */
function failureOf(script: string, folder: string, env: NodeJS.ProcessEnv): string {
  const command = [join(folder, 'scripts', script)];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', env });
  assert.equal(status, 1);
  return stderr.trim();
}

describe('scripts/pack-release.js', () => {
  const pack = (addons: Readonly<Record<string, Buffer>>) => {
    const folder = copyScripts();
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [arch, bytes] of Object.entries(addons)) {
      mkdirSync(join(folder, 'prebuilds', `win32-${arch}`), { recursive: true });
      writeFileSync(join(folder, addon(arch)), bytes);
    }
    return failureOf('pack-release.js', folder, { ...process.env, PATH: '', Path: '' });
  };
  const all = Object.fromEntries(
    Object.entries(MACHINES).map(([arch, machine]) => [arch, dll(machine, 'node.exe')]),
  );

  for (const arch of Object.keys(MACHINES)) {
    it(`requires the addon for ${arch}, as MSVC builds it`, () => {
      const { [arch]: own, ...others } = all;
      assert.equal(pack(others), `not packed: ${addon(arch)} is missing`);
      const wrong = arch === 'x64' ? 'ia32' : 'x64';
      const swapped = { ...all, [arch]: dll(MACHINES[wrong], 'node.exe') };
      assert.equal(pack(swapped), `not packed: ${addon(arch)} is for ${wrong}`);
      const cross = { ...all, [arch]: dll(MACHINES[arch as keyof typeof MACHINES], 'other.dll') };
      assert.equal(pack(cross), `not packed: ${addon(arch)} is no build of MSVC`);
    });
  }

  it('packs once all addons are there', () => {
    assert.match(pack(all), /^not packed: spawnSync npm ENOENT$/);
  });
});

/** A folder with tar, and gzip, which GNU tar runs. */
function tarOnly(): string {
  const folder = temporaryFolder();
  for (const name of ['tar', 'gzip']) {
    symlinkSync(findProgram(name) ?? name, join(folder, name));
  }
  return folder;
}

/** Packs `prebuilds` and package.json as npm would, and prints what it is to publish. */
const NPM = `#!${process.execPath}
const { execFileSync } = require('node:child_process');
const { cpSync } = require('node:fs');
const [command, ...args] = process.argv.slice(2);
if (command === 'publish') console.log(...args);
else {
  for (const name of ['package.json', 'prebuilds']) cpSync(name, 'package/' + name, { recursive: true });
  execFileSync('tar', ['-czf', args.at(-1) + '/made.tgz', 'package']);
  console.log(JSON.stringify([{ filename: 'made.tgz' }]));
}`;

const noRelease =
  process.platform === 'win32' ? 'npm is no program on Windows' : skipWithout('tar');

describe('a release', { skip: noRelease }, () => {
  it('is the tarball that was packed', () => {
    const folder = copyScripts();
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [arch, machine] of Object.entries(MACHINES)) {
      mkdirSync(join(folder, 'prebuilds', `win32-${arch}`), { recursive: true });
      writeFileSync(join(folder, addon(arch)), dll(machine, 'node.exe'));
    }
    const PATH = tarOnly();
    writeFileSync(join(PATH, 'npm'), NPM, { mode: 0o755 });
    const output = join(folder, 'output');
    const run = (script: string, env: NodeJS.ProcessEnv) => {
      const command = [join(folder, 'scripts', script)];
      return execFileSync(process.execPath, command, { encoding: 'utf8', env: { PATH, ...env } });
    };
    run('pack-release.js', { GITHUB_OUTPUT: output });
    const [, hash] = /^sha512=([0-9a-f]{128})\n$/.exec(readFileSync(output, 'utf8')) ?? [];
    const published = run('publish.js', { GITHUB_REF_NAME: 'v1.2.3', RELEASE_SHA512: hash });
    const tarball = join(folder, 'release', 'made.tgz');
    assert.equal(published, `${tarball} --access public --provenance --ignore-scripts\n`);
  });
});

describe('scripts/publish.js', { skip: skipWithout('tar') }, () => {
  // Windows has tar in System32, and npm elsewhere.
  const PATH =
    process.platform === 'win32' ? join(process.env['SystemRoot'] ?? '', 'System32') : tarOnly();

  const publish = (names: readonly string[], hash: string | undefined, tag = 'v1.2.3') => {
    const folder = copyScripts();
    mkdirSync(join(folder, 'release'));
    mkdirSync(join(folder, 'package'));
    cpSync(join(folder, 'package.json'), join(folder, 'package', 'package.json'));
    const made = join(folder, 'made.tgz');
    execFileSync('tar', ['-czf', 'made.tgz', 'package'], { cwd: folder });
    for (const name of names) cpSync(made, join(folder, 'release', name));
    const sha512 = createHash('sha512').update(readFileSync(made)).digest('hex');
    const env = { PATH, GITHUB_REF_NAME: tag, RELEASE_SHA512: hash ?? sha512 };
    return failureOf('publish.js', folder, env);
  };

  it('publishes one tarball with the stated hash, of the version of the tag', () => {
    assert.match(publish(['a.tgz'], undefined), /^not published: spawnSync npm ENOENT$/);
  });

  it('requires exactly one file', () => {
    const problem = 'not published: release/ must have exactly one file';
    assert.equal(publish([], undefined), problem);
    assert.equal(publish(['a.tgz', 'b.tgz'], undefined), problem);
  });

  it('requires the hash of the tarball', () => {
    for (const hash of ['', '00'.repeat(64)]) {
      assert.match(publish(['a.tgz'], hash), /^not published: the SHA-512 is [0-9a-f]{128}$/);
    }
  });

  it('requires the tag of the version', () => {
    const problem = 'not published: the tag is v1.2.4, not v1.2.3';
    assert.equal(publish(['a.tgz'], undefined, 'v1.2.4'), problem);
  });

  it('imports nothing but modules of Node', () => {
    const text = readFileSync(join(root, 'scripts', 'publish.js'), 'utf8');
    const imported = Array.from(text.matchAll(/\bfrom '([^']+)'/g), ([, name = '']) => name);
    assert.ok(imported.length > 0);
    assert.deepEqual(
      imported.filter((name) => !name.startsWith('node:')),
      [],
    );
  });
});
