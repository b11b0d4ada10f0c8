import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';
import { deadLinks } from '../support/links.js';
import { packed, runNpm, runPack, tarballIn } from '../support/packed.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = temporaryFolder();
const consumer = join(folder, 'consumer');
const installedFolder = join(consumer, 'node_modules', 'tokenbinding');

/** The most bytes and files of the package without its addon. */
const MOST_BYTES = 1_625_000;
const MOST_FILES = 250;
/** The most files that Node may load for an export: each takes about 1 % of Node's own start. */
const MOST_LOADED = { index: 3, errors: 2, wire: 2, sspi: 3, http: 4, 'http-auth': 4 };

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8' });
}

/** The files of the package that Node loads for one of them. */
function filesLoadedBy(file: string, found: string[] = []): string[] {
  if (found.includes(file)) return found;
  found.push(file);
  const specifiers = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?'(\.[^']+)'/gm);
  for (const [, specifier = ''] of specifiers) filesLoadedBy(join(file, '..', specifier), found);
  return found;
}

const tool = (name: string) => join(root, 'node_modules', '.bin', name);

describe('npm pack', () => {
  it('fails without the addon, and prints how to build it', () => {
    const copy = join(folder, 'no-addon');
    mkdirSync(copy);
    const { status, stderr } = runPack(copy, false);
    assert.notEqual(status, 0);
    assert.match(stderr, /prebuilds\/win32-x64\/tokenbinding\.node is missing/);
    for (const way of [
      'g++-mingw-w64',
      'npm run build:release',
      'TOKENBINDING_PACK_WITHOUT_ADDON=1',
    ]) {
      assert.ok(stderr.includes(way), way);
    }
    assert.equal(tarballIn(copy), undefined);
  });
});

describe('the packed tarball', () => {
  let files: string[] = [];
  let tarball = '';
  let installed = '';

  before(() => {
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    tarball = packed(copy, false);
    const listed = run('tar', ['-tzf', tarball], folder).trim().split('\n');
    files = listed.map((file) => file.replace(/^package\//, ''));
    mkdirSync(consumer);
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
    installed = npmInstall();
  });

  function npmInstall(): string {
    const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    const args = ['install', ...flags, tarball];
    const { status, stdout, stderr } = runNpm(consumer, args);
    assert.equal(status, 0, stderr);
    return stdout + stderr;
  }

  it('contains the bundled code, its types, its data and the documents', () => {
    const kinds = [
      /^dist\/src\/(?:[a-z-]+|chunks\/[a-z0-9-]+|tokenbinding\/public-suffixes(?:-lazy)?)\.js$/,
      /^dist\/src\/[a-z0-9/-]+\.d\.ts$/,
      /^src\/conformance\/page\/assets\/[a-z]+\.(?:css|js)$/,
      /^src\/conformance\/(?:report\/report\.schema|token-binding\/(?:key-corpus|vectors))\.json$/,
      /^src\/conformance\/token-binding\/stand-in-under-wine\.jsonl$/,
      /^docs\/[a-z-]+\.md$/,
      /^examples\/[a-z-]+\/(?:[a-z-]+\.mjs|README\.md)$/,
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/,
    ];
    assert.deepEqual(
      files.filter((file) => !kinds.some((kind) => kind.test(file))),
      [],
    );
    for (const file of ['docs/recordings.md', 'LICENSE', 'dist/src/cli.js']) {
      assert.ok(files.includes(file), file);
    }
    const { exports } = JSON.parse(readFileSync(join(installedFolder, 'package.json'), 'utf8'));
    const named = Object.values<string | Record<string, string>>(exports)
      .flatMap((target) => (typeof target === 'string' ? target : Object.values(target)))
      .map((path) => path.slice('./'.length));
    assert.equal(named.length, 16);
    assert.deepEqual(
      named.filter((path) => !files.includes(path)),
      [],
    );
  });

  it('contains no source maps or sources and stays within its size', (test) => {
    const sizes = files.map((file) => statSync(join(installedFolder, file)).size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    test.diagnostic(`unpacked ${bytes} bytes in ${files.length} files`);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
    assert.ok(files.length < MOST_FILES, `${files.length} files`);
    for (const file of files.filter((name) => /^dist\/.*\.js$/.test(name))) {
      const code = readFileSync(join(installedFolder, file), 'utf8');
      assert.doesNotMatch(code, /sourceMappingURL|^\s*\/\*\*/m, file);
    }
  });

  it('loads few files for each export', () => {
    for (const [name, most] of Object.entries(MOST_LOADED)) {
      const loaded = filesLoadedBy(join(installedFolder, 'dist/src', `${name}.js`));
      assert.ok(loaded.length <= most, `${name} loads ${loaded.join(', ')}`);
      assert.ok(!loaded.some((file) => /(?:ntlm|kerberos)\.js$/.test(file)), name);
    }
  });

  it('runs no scripts at installation', () => {
    const { scripts = {}, gypfile } = JSON.parse(
      run('tar', ['-xzOf', tarball, 'package/package.json'], folder),
    );
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
      assert.equal(scripts[script], undefined);
    }
    assert.equal(gypfile, false);
    assert.ok(!files.includes('binding.gyp'));
  });

  it('installs without scripts, a compiler or a warning, and runs', (test) => {
    assert.match(installed.trim(), /^added 4 packages in \S+$/);
    const packages = readdirSync(join(consumer, 'node_modules')).filter((name) => name[0] !== '.');
    assert.deepEqual(packages, ['node-gyp-build', 'tldts', 'tldts-core', 'tokenbinding']);
    test.diagnostic(`${packages.length - 1} packages beside its own`);
    const command = join(consumer, 'node_modules', '.bin', 'tokenbinding');
    const { version } = JSON.parse(readFileSync(join(installedFolder, 'package.json'), 'utf8'));
    assert.equal(run(command, ['--version'], consumer), `${version}\n`);
    assert.match(run(command, ['status'], consumer), /^ {2}provider +portable/m);
    assert.equal(existsSync(join(installedFolder, 'build')), false);
  });

  it('has no dead links in its pages', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    assert.ok(pages.length >= 10);
    assert.deepEqual(deadLinks(installedFolder, pages), []);
  });

  it('satisfies publint and arethetypeswrong', () => {
    run(tool('publint'), ['--strict', tarball], folder);
    run(tool('attw'), ['--profile', 'esm-only', tarball], folder);
  });
});
