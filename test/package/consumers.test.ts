import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';
import { installPacked } from '../support/packed.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const consumer = temporaryFolder();
const installed = join(consumer, 'node_modules', 'tokenbinding');

/** A module of a consumer that uses each export. It is compiled and never run. */
const PROGRAM = `
  import { createServer } from 'node:http';
  import express from 'express';
  import fastify from 'fastify';
  import { type BindingResult, type KeyStore, MemoryKeyStore, open } from 'tokenbinding';
  import { type Report, runConformance, shadow } from 'tokenbinding/conformance';
  import schema from 'tokenbinding/conformance/report.schema.json' with { type: 'json' };
  import { TokenBindingError, type TokenBindingErrorCode } from 'tokenbinding/errors';
  import { boundAgents, fastifyTokenBinding, type RequestBindings, tokenBinding } from 'tokenbinding/http';
  import { authenticatedAgents, fastifyNegotiate, negotiate } from 'tokenbinding/http-auth';
  import { openSspi, type SecurityContext, type SspiErrorCode } from 'tokenbinding/sspi';
  import { decodeTokenBindingMessage, type TokenBindingStructure } from 'tokenbinding/wire';

  export const report: Promise<Report> = runConformance({ sides: ['portable', 'specification'] });
  export const shadowed = shadow(open(), open(), { onDifference: ({ path }) => path });
  export const title: string = schema.title;
  export const structures: TokenBindingStructure[] = decodeTokenBindingMessage(new Uint8Array());
  export function codeOf(error: unknown): TokenBindingErrorCode | undefined {
    return error instanceof TokenBindingError ? error.code : undefined;
  }

  const keyStore: KeyStore = new MemoryKeyStore();
  export const results: Promise<BindingResult[]> = open({ keyStore }).verifyMessage(
    new Uint8Array(), { keyType: 'ecdsap256', ekm: new Uint8Array(32) });
  // @ts-expect-error there is no such key type
  void open().verifyMessage(new Uint8Array(), { keyType: 'rsa', ekm: new Uint8Array(32) });

  export const altered: SspiErrorCode = 'SEC_E_MESSAGE_ALTERED';
  export async function begin(): Promise<SecurityContext> {
    const sspi = openSspi();
    const identity = { user: 'DOM\\\\alice', password: 'p' };
    const request = { package: 'NTLM', use: 'outbound', identity } as const;
    return sspi.initializeSecurityContext(await sspi.acquireCredentialsHandle(request));
  }
  // @ts-expect-error there is no such provider
  void openSspi({ provider: 'kerberos' });

  const authenticate = negotiate({ schemes: ['Negotiate'] });
  const bind = tokenBinding({ required: true });
  createServer((request, response) => {
    authenticate(request, response, () => response.end(request.auth?.name));
    bind(request, response, () => response.end(request.tokenBinding?.provided.identifier));
  });
  express().use(authenticate, bind, (request, response) => {
    const bindings: RequestBindings | undefined = request.tokenBinding;
    // @ts-expect-error there is no such member
    response.send(request.auth?.password);
    // @ts-expect-error there is no such member
    response.send(bindings?.offered);
  });
  const app = fastify();
  app.register(fastifyNegotiate({ schemes: ['Negotiate'] }));
  app.register(fastifyTokenBinding({ required: true }));
  app.get('/', (request) => request.raw.tokenBinding?.provided.keyType);

  const agents = authenticatedAgents({ origins: ['https://intranet.example.com'] });
  const dispatcher = agents.dispatcher ?? boundAgents().dispatcher;
  export const response = fetch('https://intranet.example.com/', { dispatcher });`;

/** A module that needs the types of every declaration, and of none but Node. */
const MODULES = ['', '/conformance', '/errors', '/http', '/http-auth', '/sspi', '/wire'];
const EVERYTHING = `
  ${MODULES.map((path, index) => `export * as m${index} from 'tokenbinding${path}';`).join('\n')}
  import { open } from 'tokenbinding';
  // @ts-expect-error a number is no key
  export const identifier = open().generateId('ecdsap256', 42);`;

/** The settings of strict consumers. With the library of the DOM, RequestInit has no dispatcher. */
const SETTINGS = [
  ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
  ...['--resolveJsonModule', '--skipLibCheck', 'false', '--types', 'node'],
  ...['--target', 'es2022', '--lib', 'es2022,esnext.disposable'],
];
const RESOLUTIONS = {
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

/** Prints the exports of each module, by import and by require(), and the identity of error classes. */
const LOAD = `
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  const manifest = require('tokenbinding/package.json');
  const modules = {};
  for (const path of Object.keys(manifest.exports)) {
    const specifier = 'tokenbinding' + path.slice(1);
    if (path.endsWith('.json')) {
      require(specifier);
      continue;
    }
    const module = modules[path] = await import(specifier);
    const required = require(specifier);
    for (const name of Object.keys(module)) {
      if (module[name] !== required[name]) throw new Error(specifier + ' ' + name);
      if (typeof module[name] === 'function' && module[name].name !== name) throw new Error(name);
    }
  }
  const { TokenBindingError, SspiError } = modules['./errors'];
  if (modules['./sspi'].SspiError !== SspiError) throw new Error('two SspiErrors');
  try {
    modules['.'].verifyMessageSync(new Uint8Array(2), { keyType: 'ecdsap256', ekm: new Uint8Array(32) });
  } catch (error) {
    if (!(error instanceof TokenBindingError)) throw error;
  }
  const names = Object.entries(modules).map(([path, module]) => [path, Object.keys(module).sort()]);
  console.log(JSON.stringify(Object.fromEntries(names)));`;

function runNode(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' });
}

describe('a consumer of the packed package', () => {
  before(() => {
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
    installPacked(consumer, false);
    // Only their types are used: nothing of them is loaded.
    for (const name of ['@types', 'fastify', 'undici-types']) {
      symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
    }
    writeFileSync(join(consumer, 'use.ts'), PROGRAM);
    writeFileSync(join(consumer, 'load.js'), LOAD);
  });

  for (const typescript of ['typescript', 'typescript5']) {
    const { version } = JSON.parse(
      readFileSync(join(root, 'node_modules', typescript, 'package.json'), 'utf8'),
    );
    for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
      it(`compiles strictly with TypeScript ${version} and resolution ${name}`, () => {
        const tsc = join(root, 'node_modules', typescript, 'bin', 'tsc');
        const { status, stdout } = runNode(tsc, ...SETTINGS, ...resolution, 'use.ts');
        assert.equal(status, 0, stdout);
      });
    }
  }

  it('compiles strictly with the types of Node 26', () => {
    const folder = join(consumer, 'newest');
    mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
    symlinkSync(
      join(root, 'node_modules', 'types-node26'),
      join(folder, 'node_modules', '@types', 'node'),
    );
    writeFileSync(join(folder, 'use.ts'), EVERYTHING);
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, ...SETTINGS, ...RESOLUTIONS.nodenext, '--listFiles', 'use.ts'];
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    const lines = stdout.split('\n');
    assert.equal(status, 0, lines.filter((line) => line.includes('error TS')).join('\n'));
    assert.ok(lines.includes(join(root, 'node_modules', 'types-node26', 'crypto.d.ts')));
    assert.deepEqual(
      lines.filter((line) => line.includes('/@types/node/')),
      [],
    );
  });

  it('can import and require every export, with the names and classes of the source', async () => {
    const flags = ['--disable-warning=ExperimentalWarning', 'load.js'];
    const { stdout, stderr } = runNode(...flags);
    assert.equal(stderr, '');
    const found = JSON.parse(stdout);
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const modules = Object.keys(exports).filter((path) => !path.endsWith('.json'));
    assert.equal(modules.length, 7);
    for (const path of modules) {
      const name = path === '.' ? 'index' : path.slice('./'.length);
      const source = await import(new URL(`../../src/${name}.js`, import.meta.url).href);
      assert.deepEqual(found[path], Object.keys(source).sort(), path);
    }
  });
});
