import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = temporaryFolder();
const consumer = join(folder, 'consumer');

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8' });
}

const cacheOfNpm = () => run('npm', ['config', 'get', 'cache'], folder).trim();
const tool = (name: string) => join(root, 'node_modules', '.bin', name);

describe('the packed tarball', () => {
  let files: string[] = [];
  let tarball = '';
  let installed = '';

  before(() => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const output = JSON.parse(run('npm', args, root));
    // npm 12 answers with an object by package name, npm 10 and 11 with an array.
    const [packed] = Array.isArray(output) ? output : Object.values(output);
    files = packed.files.map((file: { path: string }) => file.path);
    tarball = join(folder, basename(packed.filename));
    mkdirSync(consumer);
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
    installed = npmInstall();
  });

  /** With npm and Node on the PATH, and no compiler and no Python. */
  function npmInstall(): string {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    symlinkSync(process.execPath, join(tools, 'node'));
    for (const name of ['npm', 'sh'])
      symlinkSync(run('which', [name], folder).trim(), join(tools, name));
    // The machine's own settings could bring warnings of their own.
    const settings = {
      npm_config_userconfig: join(folder, 'user-npmrc'),
      npm_config_globalconfig: join(folder, 'global-npmrc'),
    };
    const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball];
    const { status, stdout, stderr } = spawnSync(join(tools, 'npm'), args, {
      cwd: consumer,
      encoding: 'utf8',
      env: { PATH: tools, HOME: folder, npm_config_cache: cacheOfNpm(), ...settings },
    });
    assert.equal(status, 0, stderr);
    return stdout + stderr;
  }

  it('holds the compiled sources, the sources for their maps, and the documents', () => {
    const strays = files.filter(
      (file) =>
        !/^(?:dist\/)?src\/[a-z0-9/-]+(?:\.d)?\.(?:ts|js)(?:\.map)?$/.test(file) &&
        !/^src\/conformance\/(?:page\/assets\/[a-z]+\.css|corpus\.json|report\.schema\.json)$/.test(
          file,
        ) &&
        file !== 'test/vectors/token-binding.json' &&
        !/^docs\/[a-z-]+\.md$/.test(file) &&
        !/^prebuilds\/win32-(?:x64|arm64|ia32)\/tokenbinding\.node$/.test(file) &&
        !['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md'].includes(file),
    );
    assert.deepEqual(strays, []);
    assert.ok(files.includes('docs/recordings.md'));
    for (const name of ['index', 'errors', 'wire', 'conformance', 'sspi', 'cli']) {
      assert.ok(files.includes(`dist/src/${name}.js`), name);
    }
  });

  it('runs nothing at install time', () => {
    const { scripts = {}, gypfile } = JSON.parse(
      run('tar', ['-xzOf', tarball, 'package/package.json'], folder),
    );
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
      assert.equal(scripts[script], undefined);
    }
    assert.equal(gypfile, false);
    assert.ok(!files.includes('binding.gyp'));
  });

  it('installs without a compiler, compiles nothing and warns of nothing', () => {
    assert.match(installed.trim(), /^added 4 packages in \S+$/);
    const packages = readdirSync(join(consumer, 'node_modules')).filter((name) => name[0] !== '.');
    assert.deepEqual(packages, ['node-gyp-build', 'tldts', 'tldts-core', 'tokenbinding']);
    assert.equal(existsSync(join(consumer, 'node_modules', 'tokenbinding', 'build')), false);
  });

  it('works where it is installed: import, require and command', () => {
    const script = join(consumer, 'use.js');
    writeFileSync(
      script,
      `import { createRequire } from 'node:module';
       import { open, generateBindingSync, generateMessageSync, verifyMessageSync } from 'tokenbinding';
       import { TokenBindingError } from 'tokenbinding/errors';
       import { encodeBase64url } from 'tokenbinding/wire';
       const ekm = new Uint8Array(32);
       const request = { keyType: 'ecdsap256', targetUrl: 'https://a.example/', bindingType: 'provided', ekm };
       const message = generateMessageSync([generateBindingSync(request).tokenBinding]);
       const required = createRequire(import.meta.url)('tokenbinding');
       console.log(open().provider.name, required.open === open, encodeBase64url(message).length);
       try { verifyMessageSync(message, { keyType: 'rsa2048_pss', ekm }); }
       catch (error) { console.log(error instanceof TokenBindingError, error.code); }`,
    );
    // require(esm) is announced as experimental by some of the Node versions that have it.
    const flags = ['--disable-warning=ExperimentalWarning', script];
    assert.equal(
      run(process.execPath, flags, consumer),
      'portable true 186\ntrue ERR_TB_KEY_TYPE\n',
    );
    const command = join(consumer, 'node_modules', 'tokenbinding', 'dist', 'src', 'cli.js');
    assert.match(run(process.execPath, [command, 'status'], consumer), /^provider +portable/);
  });

  it('compares with all its cases where it is installed, and writes the page', () => {
    const command = join(consumer, 'node_modules', 'tokenbinding', 'dist', 'src', 'cli.js');
    const args = ['conformance', 'portable', 'specification', '--cases', '100', '--html', 'p.html'];
    const printed = run(process.execPath, [command, ...args], consumer);
    assert.match(printed, /^vectors +126 +93 +0 /m);
    assert.match(readFileSync(join(consumer, 'p.html'), 'utf8').slice(0, 15), /^<!doctype html>/);
  });

  it('has types that a strict consumer compiles against, without skipLibCheck', () => {
    writeFileSync(
      join(consumer, 'use.ts'),
      `import { type BindingResult, type KeyStore, MemoryKeyStore, open } from 'tokenbinding';
       import { compare, type Report, runConformance } from 'tokenbinding/conformance';
       import schema from 'tokenbinding/conformance/report.schema.json' with { type: 'json' };
       export const report: Promise<Report> = runConformance({ sides: ['portable', 'specification'] });
       export const shadowed = compare(open(), open(), { onDifference: ({ path }) => path });
       export const title: string = schema.title;
       import { openSspi, type SecurityContext, type SspiErrorCode } from 'tokenbinding/sspi';
       export const altered: SspiErrorCode = 'SEC_E_MESSAGE_ALTERED';
       export async function begin(): Promise<SecurityContext> {
         const sspi = openSspi();
         const identity = { user: 'DOM\\\\alice', password: 'p' };
         const request = { package: 'NTLM', use: 'outbound', identity } as const;
         return sspi.initializeSecurityContext(await sspi.acquireCredentialsHandle(request));
       }
       // @ts-expect-error there is no such provider
       void openSspi({ provider: 'kerberos' });
       const keyStore: KeyStore = new MemoryKeyStore();
       export const results: Promise<BindingResult[]> = open({ keyStore }).verifyMessage(
         new Uint8Array(), { keyType: 'ecdsap256', ekm: new Uint8Array(32) });
       // @ts-expect-error there is no such key type
       void open().verifyMessage(new Uint8Array(), { keyType: 'rsa', ekm: new Uint8Array(32) });`,
    );
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
      '--target',
      'es2022',
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
