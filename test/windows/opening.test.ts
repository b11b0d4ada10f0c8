import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { MemoryKeyStore, open } from '../../src/index.js';
import { openSspi } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { newEkm } from '../support/messages.js';
import { refused, rejected } from '../support/refused.js';
import { standIn, type Variant } from './stand-in.js';

const index = new URL('../../src/index.js', import.meta.url).href;

describe('opening a tokenbinding.dll', () => {
  it('reports its path, and whether it was found or requested', () => {
    const libraryPath = standIn();
    const found = { name: 'windows', reason: 'found', library: libraryPath };
    assert.deepEqual(open({ libraryPath }).provider, found);
    const asked = open({ provider: 'windows', libraryPath }).provider;
    assert.deepEqual(asked, { ...found, reason: 'requested' });
    const slashes = open({ libraryPath: libraryPath.replaceAll('\\', '/') }).provider;
    assert.deepEqual(slashes, found);
  });

  it('falls back to the portable provider if there is none, and gives the reason', () => {
    assert.deepEqual(open().provider, { name: 'portable', reason: 'library-missing' });
    const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider: 'windows' }));
    assert.equal(error.reason, 'library-missing');
    assert.match(error.message, /tokenbinding\.dll of System32/);
  });

  it('names the function that another DLL lacks', () => {
    const libraryPath = join(
      process.env['SystemRoot'] ?? 'C:\\windows',
      'system32',
      'kernel32.dll',
    );
    const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider: 'windows', libraryPath }));
    assert.equal(error.reason, 'symbol-missing');
    assert.match(error.message, /TokenBindingVerifyMessage$/);
  });

  const unusable: [Variant, string, RegExp][] = [
    ['-v1', 'library-too-old', /first Token Binding drafts/],
    ['-incomplete', 'symbol-missing', /TokenBindingGenerateID$/],
  ];
  for (const [variant, reason, message] of unusable) {
    it(`does not fall back from the stand-in${variant} that libraryPath names: ${reason}`, () => {
      const libraryPath = standIn(variant);
      for (const provider of ['auto', 'windows'] as const) {
        const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider, libraryPath }));
        assert.equal(error.reason, reason);
        assert.match(error.message, message);
      }
    });
  }

  it('does not fall back from a missing DLL that libraryPath names', () => {
    const libraryPath = join(temporaryFolder(), 'tokenbinding.dll');
    for (const provider of ['auto', 'windows'] as const) {
      const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider, libraryPath }));
      assert.equal(error.reason, 'library-missing');
      assert.ok(error.message.endsWith(`${libraryPath} does not exist`), error.message);
    }
  });

  it('does not fall back from an addonPath that is missing or another file', () => {
    const folder = temporaryFolder();
    const missing = join(folder, 'missing.node');
    const text = join(folder, 'text.node');
    writeFileSync(text, 'no addon');
    const other = join(folder, 'other.node');
    copyFileSync(standIn(), other);
    for (const addonPath of [missing, text, other, `${folder}.node`]) {
      for (const provider of ['auto', 'windows'] as const) {
        const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider, addonPath }));
        assert.equal(error.file, addonPath);
        const isTheSame = { code: 'SEC_E_UNSUPPORTED_FUNCTION', file: addonPath };
        assert.throws(() => openSspi({ provider, addonPath }), isTheSame);
      }
    }
  });

  it('does not fall back from a file that is no DLL', () => {
    const folder = temporaryFolder();
    const text = join(folder, 'tokenbinding.dll');
    writeFileSync(text, 'not a DLL');
    const directory = join(folder, 'directory.dll');
    mkdirSync(directory);
    for (const libraryPath of [text, directory]) {
      for (const provider of ['auto', 'windows'] as const) {
        const error = refused('ERR_TB_OS', () => open({ provider, libraryPath }));
        assert.equal(error.os?.function, 'LoadLibraryExW');
        assert.notEqual(error.os?.status, 0);
      }
    }
  });

  it('reports that Windows before 1903 cannot identify the key of a target, and supports the rest', async () => {
    const tokenBinding = open({ provider: 'windows', libraryPath: standIn('-1809') });
    const pending = tokenBinding.generateIdForUri('ecdsap256', 'https://a.example/');
    const error = await rejected('ERR_TB_NOT_SUPPORTED', pending);
    assert.match(error.message, /TokenBindingGenerateIDForUri/);
    assert.deepEqual(await tokenBinding.getHighestSupportedVersion(), { major: 1, minor: 0 });
  });

  it('ignores a key store, but rejects one if Windows was requested', () => {
    const keyStore = new MemoryKeyStore();
    assert.equal(open({ keyStore, libraryPath: standIn() }).provider.name, 'windows');
    const both = () => open({ provider: 'windows', keyStore, libraryPath: standIn() });
    assert.throws(both, RangeError);
  });

  it('works with many instances and DLLs at once', async () => {
    const request = {
      keyType: 'ecdsap256',
      targetUrl: 'https://instances.example/',
      bindingType: 'provided',
      ekm: newEkm(),
    } as const;
    const [first, ...others] = Array.from({ length: 200 }, () => open({ libraryPath: standIn() }));
    const { identifier } = first?.generateBindingSync(request) ?? {};
    const all = await Promise.all(others.map((other) => other.generateBinding(request)));
    for (const made of all) assert.deepEqual(made.identifier, identifier);
    const elsewhere = open({ libraryPath: standIn('-1809') }).generateBindingSync(request);
    assert.notDeepEqual(elsewhere.identifier, identifier);
  });
});

describe('a tokenbinding.dll of System32 that cannot be used', () => {
  const dll = join(process.env['SystemRoot'] ?? 'C:\\windows', 'system32', 'tokenbinding.dll');

  for (const [variant, reason] of [
    ['-v1', 'library-too-old'],
    ['-incomplete', 'symbol-missing'],
  ] as [Variant, string][]) {
    it(`falls back to the portable provider: ${reason}`, () => {
      const program = `import { open } from ${JSON.stringify(index)};
        console.log(JSON.stringify(open().provider))`;
      copyFileSync(standIn(variant), dll);
      try {
        const args = ['--input-type=module', '--eval', program];
        const seen = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
        assert.deepEqual(seen, { name: 'portable', reason });
      } finally {
        rmSync(dll);
      }
    });
  }
});

describe('a tokenbinding.dll in another place', () => {
  const folder = temporaryFolder();
  const host = join(folder, 'host', 'electron-like.exe');
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(join(folder, 'host'));
  mkdirSync(elsewhere);
  copyFileSync(process.execPath, host);
  for (const place of [join(folder, 'host'), elsewhere]) {
    copyFileSync(standIn(), join(place, 'tokenbinding.dll'));
  }

  /** Runs a program in the renamed host, with a DLL beside it, in its working directory and on its PATH. */
  const runInHost = (program: string): unknown => {
    const args = ['--input-type=module', '--eval', program];
    const env = { ...process.env, PATH: `${elsewhere};${process.env['PATH']}` };
    return JSON.parse(execFileSync(host, args, { cwd: elsewhere, env, encoding: 'utf8' }));
  };
  const print = `console.log(JSON.stringify(open().provider))`;

  it('is not loaded from beside the program, from the working directory, or from the PATH', () => {
    const program = `import { open } from ${JSON.stringify(index)}; ${print}`;
    assert.deepEqual(runInHost(program), { name: 'portable', reason: 'library-missing' });
  });

  it('is not used because it is already loaded', () => {
    const libraryPath = JSON.stringify(join(elsewhere, 'tokenbinding.dll'));
    const program = `import { open } from ${JSON.stringify(index)};
      if (open({ libraryPath: ${libraryPath} }).provider.name !== 'windows') throw new Error();
      ${print}`;
    assert.deepEqual(runInHost(program), { name: 'portable', reason: 'library-missing' });
  });

  it('is called in a program that is not named node.exe', () => {
    const libraryPath = JSON.stringify(standIn());
    const program = `import { open } from ${JSON.stringify(index)};
      console.log(JSON.stringify(open({ libraryPath: ${libraryPath} }).provider.name))`;
    assert.equal(runInHost(program), 'windows');
  });
});
