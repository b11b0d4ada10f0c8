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

describe('the mechanisms of SSPI', () => {
  const isMechanism = (url: string) =>
    /\/sspi\/(?:kerberos\/(?!messages\/gss-token)|portable\/(?:ntlm|kerberos))/.test(url);
  const mechanismsOf = (request: string) =>
    loadedScripts(`
      import { openSspi } from ${moduleOf('sspi')};
      const sspi = openSspi({ provider: 'portable' });
      sspi.enumerateSecurityPackages();
      ${request === '' ? '' : `await sspi.acquireCredentialsHandle(${request}).catch(() => {});`}`)
      .filter(isMechanism)
      .map((url) => url.replace(/.*\/sspi\/(?:portable\/)?([a-z]+).*/, '$1'));

  it('are not loaded before credentials are acquired', () => {
    assert.deepEqual(mechanismsOf(''), []);
    const scripts = loadedScripts(`
      import ${moduleOf('http')};
      import ${moduleOf('cli/status')};
      import { negotiate } from ${moduleOf('http-auth')};
      negotiate({ accounts: () => undefined }).close();`);
    assert.deepEqual(scripts.filter(isMechanism), []);
  });

  it('are loaded one by one, by the credentials that need them', () => {
    const account = "identity: { user: 'a', password: 'p' }";
    const ntlm = `{ package: 'Negotiate', use: 'outbound', ${account} }`;
    assert.deepEqual(mechanismsOf(ntlm), ['ntlm']);
    const kerberos = "{ package: 'Kerberos', use: 'inbound', keytab: new Uint8Array(2) }";
    assert.deepEqual(Array.from(new Set(mechanismsOf(kerberos))), ['kerberos']);
  });
});

describe('a module', () => {
  const folders = (name: string) => {
    const scripts = loadedScripts(`import ${moduleOf(name)};`);
    const paths = scripts.flatMap((url) => url.match(/(?<=\/dist\/src\/).*(?=\.js$)/) ?? []);
    assert.ok(paths.includes(name));
    return new Set(paths.map((path) => path.split('/')[0]));
  };

  it('of errors loads only the classes, the numbers of statuses, and what reads no prototype', () => {
    const scripts = loadedScripts(`import ${moduleOf('errors')};`);
    const loaded = scripts.flatMap((url) => url.match(/(?<=\/dist\/src\/).*(?=\.js$)/) ?? []);
    const classes = [
      'http/auth/error',
      'http/tokenbinding/error',
      'sspi/error',
      'tokenbinding/error',
    ];
    const others = ['bytes/without-prototype', 'native/status'];
    assert.deepEqual(loaded.sort(), ['errors', ...classes, ...others].sort());
  });

  it('of errors has the classes that the other modules throw', async () => {
    const errors = await import('../../src/errors.js');
    const modules = [
      await import('../../src/index.js'),
      await import('../../src/sspi.js'),
      await import('../../src/http.js'),
      await import('../../src/http-auth.js'),
    ];
    const thrown = modules.flatMap((module) =>
      Object.entries(module).filter(([name]) => name.endsWith('Error')),
    );
    assert.deepEqual(Object.fromEntries(thrown), { ...errors });
  });

  it('of SSPI loads neither HTTP nor Token Binding', () => {
    assert.deepEqual(Array.from(folders('sspi')).sort(), ['bytes', 'native', 'sspi', 'tls']);
  });

  it('of HTTP authentication does not load Token Binding', () => {
    const loaded = Array.from(folders('http-auth')).sort();
    assert.deepEqual(loaded, ['bytes', 'http', 'http-auth', 'native', 'sspi', 'tls']);
  });

  it('of Token Binding over HTTP does not load SSPI', () => {
    const loaded = Array.from(folders('http')).sort();
    assert.deepEqual(loaded, ['bytes', 'http', 'native', 'tls', 'tokenbinding']);
  });
});
