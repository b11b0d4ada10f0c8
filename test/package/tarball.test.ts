import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

/** The most bytes and files of the package without its addon. Maps or sources would double them. */
const MOST_BYTES = 1_700_000;
const MOST_FILES = 800;

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8' });
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
    const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball];
    const { status, stdout, stderr } = runNpm(consumer, args);
    assert.equal(status, 0, stderr);
    return stdout + stderr;
  }

  it('contains the compiled code, its types, its data and the documents', () => {
    const kinds = [
      /^dist\/src\/[a-z0-9/-]+\.(?:js|d\.ts)$/,
      /^src\/conformance\/page\/assets\/[a-z]+\.(?:css|js)$/,
      /^src\/conformance\/(?:report\/report\.schema|token-binding\/(?:key-corpus|vectors))\.json$/,
      /^docs\/[a-z-]+\.md$/,
      /^examples\/[a-z-]+\/(?:[a-z]+\.mjs|README\.md)$/,
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/,
    ];
    const strays = files.filter((file) => !kinds.some((kind) => kind.test(file)));
    assert.deepEqual(strays, []);
    assert.ok(files.includes('docs/recordings.md'));
    for (const name of ['index', 'errors', 'wire', 'conformance', 'sspi', 'http-auth', 'cli']) {
      assert.ok(files.includes(`dist/src/${name}.js`), name);
    }
  });

  it('contains no source maps or sources and stays within its size', () => {
    const sizes = files.map((file) => statSync(join(installedFolder, file)).size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
    assert.ok(files.length < MOST_FILES, `${files.length} files`);
    const index = readFileSync(join(installedFolder, 'dist/src/index.js'), 'utf8');
    assert.doesNotMatch(index, /sourceMappingURL/);
  });

  it('has a JavaScript file and a declaration for each source', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.slice(0, -'.ts'.length));
    const wanted = sources.flatMap((name) => [`dist/src/${name}.d.ts`, `dist/src/${name}.js`]);
    assert.deepEqual(files.filter((file) => file.startsWith('dist/')).sort(), wanted.sort());
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

  it('installs without a compiler and without a warning', () => {
    assert.match(installed.trim(), /^added 4 packages in \S+$/);
    const packages = readdirSync(join(consumer, 'node_modules')).filter((name) => name[0] !== '.');
    assert.deepEqual(packages, ['node-gyp-build', 'tldts', 'tldts-core', 'tokenbinding']);
    assert.equal(existsSync(join(installedFolder, 'build')), false);
  });

  it('has no dead links in its pages', () => {
    const pages = files.filter((file) => file.endsWith('.md'));
    assert.ok(pages.length >= 10);
    assert.deepEqual(deadLinks(installedFolder, pages), []);
  });

  it('has types that a strict consumer compiles against, without skipLibCheck', () => {
    writeFileSync(
      join(consumer, 'use.ts'),
      `import { type BindingResult, type KeyStore, MemoryKeyStore, open } from 'tokenbinding';
       import { type Report, runConformance, shadow } from 'tokenbinding/conformance';
       import schema from 'tokenbinding/conformance/report.schema.json' with { type: 'json' };
       export const report: Promise<Report> = runConformance({ sides: ['portable', 'specification'] });
       export const shadowed = shadow(open(), open(), { onDifference: ({ path }) => path });
       export const title: string = schema.title;
       import { openSspi, type SecurityContext, type SspiErrorCode } from 'tokenbinding/sspi';
       export const altered: SspiErrorCode = 'SEC_E_MESSAGE_ALTERED';
       export async function begin(): Promise<SecurityContext> {
         const sspi = openSspi();
         const identity = { user: 'DOM\\\\alice', password: 'p' };
         const request = { package: 'NTLM', use: 'outbound', identity } as const;
         return sspi.initializeSecurityContext(await sspi.acquireCredentialsHandle(request));
       }
       import { createServer } from 'node:http';
       import express from 'express';
       import { authenticatedAgents, negotiate } from 'tokenbinding/http-auth';
       const authenticate = negotiate({ schemes: ['Negotiate'] });
       createServer((request, response) => {
         authenticate(request, response, () => response.end(request.auth?.name));
       });
       express().use(authenticate, (request, response) => {
         // @ts-expect-error there is no such member
         response.send(request.auth?.password);
       });
       const agents = authenticatedAgents({ origins: ['https://intranet.example.com'] });
       export const response = fetch('https://intranet.example.com/', { dispatcher: agents.dispatcher });
       // @ts-expect-error there is no such provider
       void openSspi({ provider: 'kerberos' });
       const keyStore: KeyStore = new MemoryKeyStore();
       export const results: Promise<BindingResult[]> = open({ keyStore }).verifyMessage(
         new Uint8Array(), { keyType: 'ecdsap256', ekm: new Uint8Array(32) });
       // @ts-expect-error there is no such key type
       void open().verifyMessage(new Uint8Array(), { keyType: 'rsa', ekm: new Uint8Array(32) });`,
    );
    // Types only: express itself is never loaded.
    for (const name of ['@types', 'undici-types']) {
      cpSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name), {
        recursive: true,
      });
    }
    const flags = [
      '--noEmit',
      '--strict',
      '--resolveJsonModule',
      '--module',
      'nodenext',
      // With the library of the DOM, RequestInit has no dispatcher.
      ...['--target', 'es2022', '--lib', 'es2022'],
    ];
    const checked = spawnSync(tool('tsc'), [...flags, '--types', 'node', 'use.ts'], {
      cwd: consumer,
      encoding: 'utf8',
    });
    assert.equal(checked.status, 0, checked.stdout);
  });

  it('satisfies publint and arethetypeswrong', () => {
    run(tool('publint'), ['--strict', tarball], folder);
    run(tool('attw'), ['--profile', 'esm-only', tarball], folder);
  });
});
