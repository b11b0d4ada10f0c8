import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { open } from '../../src/index.js';
import { encodeBase64url } from '../../src/wire.js';
import { loadedScripts } from '../support/loaded-scripts.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';

const moduleOf = (name: string) =>
  JSON.stringify(new URL(`../../src/${name}.js`, import.meta.url).href);
const isList = (url: string) => /[\\/]tldts(?:-core)?[\\/]/.test(url);

const ekm = newEkm();
const whole = message(signedBinding(testKey('ecdsap256'), ekm));
const verifying = `
  const tokenBinding = open({ provider: 'portable' });
  const bytes = (text) => Buffer.from(text, 'base64url');
  const expected = { keyType: 'ecdsap256', ekm: bytes('${encodeBase64url(ekm)}') };
  tokenBinding.verifyMessageSync(bytes('${encodeBase64url(whole)}'), expected);
  await tokenBinding.verifyMessage(bytes('${encodeBase64url(whole)}'), expected);`;

describe('the public suffix list', () => {
  it('is not loaded for open and verification', () => {
    assert.equal(open({ provider: 'portable' }).provider.name, 'portable');
    const scripts = loadedScripts(`import { open } from ${moduleOf('index')};${verifying}`);
    assert.ok(scripts.some((url) => url.endsWith('/tokenbinding/verify.js')));
    assert.deepEqual(scripts.filter(isList), []);
  });

  it('is not loaded by tokenbinding/wire, nor is the module for targets', () => {
    const scripts = loadedScripts(`
      import { decodeBase64url, offerNegotiation } from ${moduleOf('wire')};
      decodeBase64url('AQI', 'text');
      offerNegotiation({ versions: [{ major: 1, minor: 0 }], keyTypes: ['ecdsap256'] });`);
    assert.ok(scripts.some((url) => url.endsWith('/tokenbinding/negotiation.js')));
    assert.deepEqual(scripts.filter(isList), []);
    assert.deepEqual(
      scripts.filter((url) =>
        /\/tokenbinding\/(?:target|arguments|public-suffixes.*)\.js$/.test(url),
      ),
      [],
    );
  });

  for (const form of ['generateBindingSync', 'generateBinding']) {
    it(`is loaded at the first target (${form})`, () => {
      const scripts = loadedScripts(`
        import { MemoryKeyStore, open } from ${moduleOf('index')};
        const keyStore = new MemoryKeyStore();
        const tokenBinding = open({ provider: 'portable', keyStore });
        const ekm = new Uint8Array(32);
        const targetUrl = 'https://login.example.co.uk/';
        await tokenBinding.${form}({ keyType: 'ecdsap256', targetUrl, bindingType: 'provided', ekm });
        if (keyStore.get('example.co.uk', 'ecdsap256') === undefined) throw new Error('no scope');`);
      assert.ok(scripts.some(isList));
    });
  }

  it('is the same, however it is loaded', async () => {
    const hosts = ['a.example.co.uk', 'a.github.io', 'b.a.github.io', 'localhost', 'co.uk', '::1'];
    const lazy = await import('../../src/tokenbinding/public-suffixes-lazy.js');
    const atOnce = await import('../../src/tokenbinding/public-suffixes.js');
    for (const host of hosts) {
      assert.equal(lazy.registrableDomain(host), atOnce.registrableDomain(host), host);
    }
    assert.equal(lazy.registrableDomain('b.a.github.io'), 'a.github.io');
  });
});

describe('a module', () => {
  const folders = (name: string) => {
    const scripts = loadedScripts(`import ${moduleOf(name)};`);
    const paths = scripts.flatMap((url) => url.match(/(?<=\/dist\/src\/).*(?=\.js$)/) ?? []);
    assert.ok(paths.includes(name));
    return new Set(paths.map((path) => path.split('/')[0]));
  };

  it('of SSPI loads neither HTTP nor Token Binding', () => {
    assert.deepEqual(Array.from(folders('sspi')).sort(), ['bytes', 'native', 'sspi', 'tls']);
  });

  it('of HTTP authentication does not load Token Binding', () => {
    const loaded = Array.from(folders('http-auth')).sort();
    assert.deepEqual(loaded, ['bytes', 'http', 'http-auth', 'native', 'sspi', 'tls']);
  });
});
