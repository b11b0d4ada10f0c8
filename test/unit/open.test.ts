import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import * as tokenbinding from '../../src/index.js';
import { type KeyStore, MemoryKeyStore, open } from '../../src/index.js';
import { newEkm } from '../support/messages.js';
import { pollute } from '../support/pollution.js';
import { refused, rejected } from '../support/refused.js';

const request = {
  keyType: 'ecdsap256',
  targetUrl: 'https://example.com/',
  bindingType: 'provided',
  ekm: newEkm(),
} as const;

describe('open', () => {
  it('describes the provider that it chose, and why', () => {
    assert.deepEqual(open().provider, { name: 'portable', reason: 'not-windows' });
    assert.deepEqual(open({ provider: 'auto' }).provider, {
      name: 'portable',
      reason: 'not-windows',
    });
    const asked = open({ provider: 'portable' }).provider;
    assert.deepEqual(asked, { name: 'portable', reason: 'requested' });
    assert.ok(Object.isFrozen(asked));
  });

  it('fails without a Windows provider, with the reason', () => {
    const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider: 'windows' }));
    assert.equal(error.reason, 'not-windows');
  });

  it('rejects wrong options', () => {
    for (const options of [null, 7, 'portable']) {
      assert.throws(() => open(options as never), TypeError);
    }
    assert.throws(() => open({ provider: 7 as never }), TypeError);
    assert.throws(() => open({ provider: 'linux' as never }), {
      name: 'RangeError',
      message: "options.provider must be one of 'auto', 'windows', 'portable', not 'linux'",
    });
    assert.throws(() => open({ provider: 'a'.repeat(32) as never }), {
      message: "options.provider must be one of 'auto', 'windows', 'portable'",
    });
    assert.throws(() => open({ keyStore: './keys' as never }), {
      name: 'TypeError',
      message: "options.keyStore must be a KeyStore, such as new FileKeyStore('./keys')",
    });
    for (const keyStore of [null, 7, {}, new Map()]) {
      assert.throws(() => open({ keyStore: keyStore as never }), TypeError);
    }
    const keyStore = new MemoryKeyStore();
    assert.throws(() => open({ provider: 'windows', keyStore }), RangeError);
  });

  it('rejects an unknown option and names it', () => {
    const keystore = new MemoryKeyStore();
    for (const options of [{ keystore }, { keyStore: keystore, library: 'C:\\x.dll' }]) {
      const wrong = options as tokenbinding.OpenOptions;
      const name = Object.keys(options).at(-1);
      const known = 'provider, libraryPath, addonPath, keyStore';
      const message = `options has no option ${name}: its options are ${known}`;
      assert.throws(() => open(wrong), { name: 'TypeError', message });
    }
  });

  it('ignores options on Object.prototype, and rejects inherited ones', async () => {
    const asked: string[] = [];
    const keyStore = { get: () => asked.push('get'), add: () => asked.push('add') };
    const planted = { ...keyStore, delete: () => {}, deleteAll: () => {} };
    const polluted = {
      provider: 'windows',
      libraryPath: 'C:\\x.dll',
      keyStore: planted,
      calls: {},
      addon: {},
    };
    await pollute(polluted, () => {
      for (const options of [undefined, {}, { provider: 'portable' as const }]) {
        const tokenBinding = open(options);
        assert.equal(tokenBinding.provider.name, 'portable');
        tokenBinding.generateBindingSync(request);
      }
    });
    assert.deepEqual(asked, []);
    assert.throws(() => open(Object.create({ provider: 'portable' })), TypeError);
  });

  it('finds the methods of a key store on its class, and not on Object.prototype', async () => {
    class Store extends MemoryKeyStore {}
    assert.equal(open({ keyStore: new Store() }).provider.name, 'portable');
    const methods = { get() {}, add() {}, delete() {}, deleteAll() {} };
    await pollute(methods, () => {
      assert.throws(() => open({ keyStore: {} as never }), TypeError);
      assert.equal(open({ keyStore: new Store() }).provider.name, 'portable');
    });
  });

  it('shares keys between instances only through a key store', () => {
    const keyStore = new MemoryKeyStore();
    const id = (options: tokenbinding.OpenOptions) =>
      Buffer.from(open(options).generateBindingSync(request).identifier).toString('hex');
    assert.notEqual(id({}), id({}));
    assert.equal(id({ keyStore }), id({ keyStore }));
  });
});

describe('module-level functions', () => {
  it('are the functions of TokenBindingProvider', () => {
    const instance = Object.getOwnPropertyNames(Object.getPrototypeOf(open()));
    const methods = instance.filter((name) => name !== 'constructor').sort();
    const exported = Object.keys(tokenbinding).filter((name) => methods.includes(name));
    assert.deepEqual(exported.sort(), methods);
  });

  it('share one instance', async () => {
    // On Windows the store would have keys of other programs.
    assert.equal(open().provider.name, 'portable');
    const made = await tokenbinding.generateBinding(request);
    const again = tokenbinding.generateBindingSync(request);
    assert.deepEqual(again.identifier, made.identifier);
    const message = await tokenbinding.generateMessage([made.tokenBinding]);
    assert.deepEqual(tokenbinding.generateMessageSync([made.tokenBinding]), message);
    const expected = { keyType: 'ecdsap256', ekm: request.ekm } as const;
    assert.equal((await tokenbinding.verifyMessage(message, expected)).length, 1);
    assert.equal(tokenbinding.verifyMessageSync(message, expected).length, 1);
    const id = await tokenbinding.generateIdForUri('ecdsap256', request.targetUrl);
    assert.deepEqual(Buffer.from(id.identifier), Buffer.from(made.identifier));
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.equal((await tokenbinding.generateId('ecdsap256', publicKey)).identifier.length, 68);
    const preferred = ['ecdsap256', 'rsa2048_pss', 'rsa2048_pkcs1.5'];
    assert.deepEqual(await tokenbinding.getKeyTypesClient(), preferred);
    assert.deepEqual(await tokenbinding.getKeyTypesServer(), preferred);
    assert.deepEqual(await tokenbinding.getHighestSupportedVersion(), { major: 1, minor: 0 });
    await tokenbinding.deleteBinding(request.targetUrl);
    const gone = tokenbinding.generateIdForUri('anyexisting', request.targetUrl);
    await rejected('ERR_TB_KEY_NOT_FOUND', gone);
    await tokenbinding.deleteAllBindings({ everyKeyOfThisUser: true });
  });
});

describe('a key store of the caller', () => {
  const promising = (): KeyStore => {
    const store = new MemoryKeyStore();
    return {
      get: async (...args) => store.get(...args),
      add: async (...args) => store.add(...args),
      delete: async (...args) => store.delete(...args),
      deleteAll: async () => store.deleteAll(),
    };
  };

  it('may return promises', async () => {
    const tokenBinding = open({ keyStore: promising() });
    const first = await tokenBinding.generateBinding(request);
    const second = await tokenBinding.generateBinding(request);
    assert.deepEqual(first.identifier, second.identifier);
    await tokenBinding.deleteBinding(request.targetUrl);
    const any = { ...request, keyType: 'anyexisting' } as const;
    await rejected('ERR_TB_KEY_NOT_FOUND', tokenBinding.generateBinding(any));
    refused('ERR_TB_NOT_SUPPORTED', () => tokenBinding.generateBindingSync(request));
  });

  it('passes its errors on unchanged', async () => {
    const broken = new Error('the vault is sealed');
    const fail = () => {
      throw broken;
    };
    const tokenBinding = open({
      keyStore: { get: fail, add: fail, delete: fail, deleteAll: fail },
    });
    const is = (error: unknown) => error === broken;
    assert.throws(() => tokenBinding.generateBindingSync(request), is);
    await assert.rejects(tokenBinding.generateBinding(request), is);
    await assert.rejects(tokenBinding.deleteBinding(request.targetUrl), is);
    await assert.rejects(tokenBinding.deleteAllBindings({ everyKeyOfThisUser: true }), is);
  });

  it('is checked: anything but a private key of the type is ERR_TB_KEY_STORE', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    for (const answer of [null, 7, 'key', {}, publicKey, privateKey]) {
      const keyStore = {
        get: () => answer as never,
        add: () => answer as never,
        delete: () => {},
        deleteAll: () => {},
      };
      for (const get of [keyStore.get, () => undefined]) {
        const tokenBinding = open({ keyStore: { ...keyStore, get } });
        refused('ERR_TB_KEY_STORE', () => tokenBinding.generateBindingSync(request));
        await rejected('ERR_TB_KEY_STORE', tokenBinding.generateBinding(request));
      }
    }
  });

  it('cannot change the EKM after its check', () => {
    const ekm = newEkm();
    const store = new MemoryKeyStore();
    const keyStore: KeyStore = {
      get: (...args) => {
        ekm.fill(7);
        return store.get(...args);
      },
      add: (...args) => store.add(...args),
      delete: () => {},
      deleteAll: () => {},
    };
    const before = Buffer.from(ekm);
    const tokenBinding = open({ keyStore });
    const binding = tokenBinding.generateBindingSync({ ...request, ekm });
    const message = tokenBinding.generateMessageSync([binding.tokenBinding]);
    tokenBinding.verifyMessageSync(message, { keyType: 'ecdsap256', ekm: before });
  });

  it('may return any thenable to an asynchronous call, and none to a synchronous one', async () => {
    const store = new MemoryKeyStore();
    // biome-ignore lint/suspicious/noThenProperty: a thenable that is not a Promise
    const later = <T>(value: T) => ({ then: (done: (value: T) => void) => done(value) });
    const keyStore = {
      get: (...args: Parameters<KeyStore['get']>) => later(store.get(...args)),
      add: (...args: Parameters<KeyStore['add']>) => later(store.add(...args)),
      delete: () => {},
      deleteAll: () => {},
    } as unknown as KeyStore;
    assert.equal((await open({ keyStore }).generateBinding(request)).keyType, 'ecdsap256');
    refused('ERR_TB_NOT_SUPPORTED', () => open({ keyStore }).generateBindingSync(request));
  });

  it('gets one key for simultaneous callers', async () => {
    let added = 0;
    const store = new MemoryKeyStore();
    const keyStore: KeyStore = {
      get: (...args) => store.get(...args),
      add: (...args) => {
        added++;
        return store.add(...args);
      },
      delete: () => {},
      deleteAll: () => {},
    };
    const tokenBinding = open({ keyStore });
    await Promise.all(Array.from({ length: 8 }, () => tokenBinding.generateBinding(request)));
    assert.equal(added, 1);
  });

  it('reveals no key in inspect or JSON', () => {
    const keyStore = new MemoryKeyStore();
    const tokenBinding = open({ keyStore });
    tokenBinding.generateBindingSync(request);
    const pem = keyStore.get('example.com', 'ecdsap256')?.export({ format: 'pem', type: 'pkcs8' });
    const [, secret = ''] = pem?.toString().split('\n') ?? [];
    assert.equal(secret.length, 64);
    for (const object of [keyStore, tokenBinding]) {
      const shown = inspect(object, { depth: 10, showHidden: true }) + JSON.stringify(object);
      assert.ok(!shown.includes(secret));
    }
  });
});

describe('importing the package', () => {
  it('does not touch standard input', () => {
    const index = new URL('../../src/index.js', import.meta.url).href;
    const program = `
      import { fstatSync, readFileSync, readSync } from 'node:fs';
      await import(${JSON.stringify(index)});
      const [, flags] = /^flags:\\s+([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'));
      const isBlocking = (parseInt(flags, 8) & 0o4000) === 0;
      const bytes = Buffer.alloc(9);
      console.log(fstatSync(0).isFIFO() || fstatSync(0).isSocket(), isBlocking, readSync(0, bytes));`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // Node makes a pipe non-blocking when code first reads process.stdin. Then readSync fails if the pipe is still
    // empty.
    child.stdin.end('AAA');
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    return once(child, 'close').then(() => assert.equal(output, 'true true 3\n'));
  });
});
