import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import * as tokenbinding from '../../src/index.js';
import { type KeyStore, MemoryKeyStore, open } from '../../src/index.js';
import { newEkm } from '../support/messages.js';
import { refused, rejected } from '../support/refused.js';

const absence = process.platform === 'win32' ? 'addon-missing' : 'not-windows';
const request = {
  keyType: 'ecdsap256',
  targetUrl: 'https://example.com/',
  bindingType: 'provided',
  ekm: newEkm(),
} as const;

describe('open', () => {
  it('says which provider it chose, and why', () => {
    assert.deepEqual(open().provider, { name: 'portable', reason: absence });
    assert.deepEqual(open({ provider: 'auto' }).provider, { name: 'portable', reason: absence });
    const asked = open({ provider: 'portable' }).provider;
    assert.deepEqual(asked, { name: 'portable', reason: 'requested' });
    assert.ok(Object.isFrozen(asked));
  });

  it('has no Windows provider here, and gives the reason', () => {
    const error = refused('ERR_TB_UNAVAILABLE', () => open({ provider: 'windows' }));
    assert.equal(error.reason, absence);
  });

  it('refuses wrong options', () => {
    for (const options of [null, 7, 'portable']) {
      assert.throws(() => open(options as never), TypeError);
    }
    assert.throws(() => open({ provider: 7 as never }), TypeError);
    assert.throws(() => open({ provider: 'linux' as never }), RangeError);
    for (const keyStore of [null, 7, {}, new Map()]) {
      assert.throws(() => open({ keyStore: keyStore as never }), TypeError);
    }
    const keyStore = new MemoryKeyStore();
    assert.throws(() => open({ provider: 'windows', keyStore }), RangeError);
  });

  it('keeps keys of one instance from another, and shares them through a store', () => {
    const keyStore = new MemoryKeyStore();
    const id = (options: tokenbinding.OpenOptions) =>
      Buffer.from(open(options).generateBindingSync(request).identifier).toString('hex');
    assert.notEqual(id({}), id({}));
    assert.equal(id({ keyStore }), id({ keyStore }));
  });
});

describe('module-level functions', () => {
  it('are those of TokenBinding', () => {
    const instance = Object.getOwnPropertyNames(Object.getPrototypeOf(open()));
    const methods = instance.filter((name) => name !== 'constructor').sort();
    const exported = Object.keys(tokenbinding).filter((name) => methods.includes(name));
    assert.deepEqual(exported.sort(), methods);
  });

  it('work on one instance', async () => {
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
    assert.deepEqual(
      await tokenbinding.getKeyTypesClient(),
      await tokenbinding.getKeyTypesServer(),
    );
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

  it('may answer with promises', async () => {
    const tokenBinding = open({ keyStore: promising() });
    const first = await tokenBinding.generateBinding(request);
    const second = await tokenBinding.generateBinding(request);
    assert.deepEqual(first.identifier, second.identifier);
    await tokenBinding.deleteBinding(request.targetUrl);
    const any = { ...request, keyType: 'anyexisting' } as const;
    await rejected('ERR_TB_KEY_NOT_FOUND', tokenBinding.generateBinding(any));
    refused('ERR_TB_NOT_SUPPORTED', () => tokenBinding.generateBindingSync(request));
  });

  it('has its errors passed on as they are', async () => {
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

  it('shows no key in inspect or JSON', () => {
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
