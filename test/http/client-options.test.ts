import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CredentialSource } from '../../src/http/auth/client/credential-source.js';
import { adviceOf } from '../../src/http/auth/client/rejection.js';
import { authenticatedAgents, type ClientOptions, HttpAuthError } from '../../src/http-auth.js';
import { assertHidden } from '../support/secrets.js';
import { IDENTITY } from '../support/sspi.js';
import { call } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import { sspi } from './support/client-server.js';

const SECRET = 'Passw0rd!';
const BASE = { origins: ['https://www.example.com'], sspi, identity: IDENTITY };
const inbound = await sspi.acquireCredentialsHandle({
  package: 'NTLM',
  use: 'inbound',
  accounts: () => undefined,
});
const credentials = await sspi.acquireCredentialsHandle({
  package: 'NTLM',
  use: 'outbound',
  identity: IDENTITY,
});
const closed = await sspi.acquireCredentialsHandle({
  package: 'NTLM',
  use: 'outbound',
  identity: IDENTITY,
});
closed.close();
const { identity: _, ...WITHOUT_IDENTITY } = BASE;

/** Wrong options, and what the error names. */
const WRONG: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['an unknown option', { password: SECRET }, /no option password/],
  ['no origins', { origins: undefined }, /^options\.origins must/],
  ['an empty list of origins', { origins: [] }, /^options\.origins must/],
  ['one origin that is no list', { origins: 'https://a.test' }, /^options\.origins must/],
  ['an origin with a path', { origins: ['https://a.test/b'] }, /^options\.origins\[0\] must/],
  ['an origin with a query', { origins: ['https://a.test/?'] }, /^options\.origins\[0\] must/],
  ['an origin with a hash', { origins: ['https://a.test#'] }, /^options\.origins\[0\] must/],
  ['an origin of ftp:', { origins: ['ftp://a.test'] }, /^options\.origins\[0\] must/],
  ['an origin of wss:', { origins: ['https://a.test', 'wss://a.test'] }, /^options\.origins\[1\]/],
  ['a wildcard', { origins: ['*'] }, /^options\.origins\[0\] must/],
  [
    'a wildcard for a part of a name',
    { origins: ['https://*.a.test'] },
    /^options\.origins\[0\] must be an origin such as https:\/\/www\.example\.com, without a path or wildcard, with http: or https:$/,
  ],
  ['an URL object', { origins: [new URL('https://a.test')] }, /^options\.origins\[0\] must/],
  [
    'an origin with a password',
    { origins: [`https://a:${SECRET}@a.test`] },
    /^options\.origins\[0\]/,
  ],
  [
    'http: with required bindings',
    { origins: ['http://a.test'], channelBindings: 'require' },
    /^options\.origins/,
  ],
  ['a wrong sspi', { sspi: {} }, /^options\.sspi must/],
  ['an empty user', { identity: { user: '', password: SECRET } }, /^options\.identity\.user must/],
  [
    'two domains',
    { identity: { user: 'A\\b', domain: 'C', password: SECRET } },
    /^options\.identity\.domain/,
  ],
  [
    'a password that is a number',
    { identity: { user: 'a', password: 1 } },
    /^options\.identity\.password/,
  ],
  ['no password', { identity: { user: 'a' } }, /^options\.identity must/],
  [
    'a short hash',
    { identity: { user: 'a', ntHash: new Uint8Array(15) } },
    /^options\.identity\.ntHash/,
  ],
  ['a package that is a number', { package: 1 }, /^options\.package must/],
  ['an identity beside credentials', { credentials }, /^options\.identity must be absent/],
  ['a wrong target', { target: 1 }, /^options\.target must/],
  ['an empty target', { target: '' }, /^options\.target must/],
  ['wrong bindings', { channelBindings: 'always' }, /^options\.channelBindings must/],
  ['an unknown flag', { flags: ['delegate'] }, /^options\.flags\[0\] must/],
  [
    'the proof of the server where it comes too late',
    { flags: ['mutual-auth'], authenticate: 'request' },
    /^options\.flags must be without 'mutual-auth' if authenticate is 'request'$/,
  ],
  ['datagrams', { flags: ['datagram'] }, /^options\.flags must/],
  ['a proxy with https:', { proxy: 'https://proxy.test' }, /^options\.proxy must/],
  ['a proxy with a password', { proxy: `http://a:${SECRET}@proxy.test` }, /^options\.proxy must/],
  ['a proxy without a URL', { proxy: {} }, /^options\.proxy\.url must/],
  [
    'a proxy with a wrong identity',
    { proxy: { url: 'http://p.test', identity: { user: 'a' } } },
    /^options\.proxy\.identity/,
  ],
  [
    'a proxy with an unknown option',
    { proxy: { url: 'http://p.test', auth: SECRET } },
    /no option auth/,
  ],
  ['a wrong unit', { authenticate: 'always' }, /^options\.authenticate must/],
  ['POST', { probe: { method: 'POST' } }, /^options\.probe\.method must/],
  ['a path that is a URL', { probe: { path: 'https://b.test/' } }, /^options\.probe\.path must/],
  ['a path of two lines', { probe: { path: '/ HTTP/1.1\r\nA: b' } }, /^options\.probe\.path must/],
  ['no time', { timeout: 0 }, /^options\.timeout must/],
  ['endless time', { timeout: Number.POSITIVE_INFINITY }, /^options\.timeout must/],
  ['time as text', { timeout: '1' }, /^options\.timeout must/],
  ['a wrong signal', { signal: {} }, /^options\.signal must/],
  ['no sockets', { maxSockets: 0 }, /^options\.maxSockets must/],
  ['half a socket', { maxSockets: 1.5 }, /^options\.maxSockets must/],
  ['an unknown option of TLS', { tls: { ALPNProtocols: ['h2'] } }, /no option ALPNProtocols/],
  ['a certificate beside tls', { ca: SECRET }, /^options\.ca must be absent: it belongs in tls$/],
  [
    'rejectUnauthorized beside tls',
    { rejectUnauthorized: false },
    /^options\.rejectUnauthorized must be absent: it belongs in tls$/,
  ],
  ['a session', { tls: { session: Buffer.alloc(1) } }, /no option session/],
  [
    'a wrong rejectUnauthorized',
    { tls: { rejectUnauthorized: 0 } },
    /^options\.tls\.rejectUnauthorized/,
  ],
  ['a wrong servername', { tls: { servername: 1 } }, /^options\.tls\.servername/],
  ['a wrong checkServerIdentity', { tls: { checkServerIdentity: true } }, /^options\.tls\.check/],
  ['an undici without Agent', { undici: {} }, /^options\.undici\.Agent must/],
  ['a wrong listener', { onEvent: 'log' }, /^options\.onEvent must/],
];

describe('authenticatedAgents', () => {
  for (const [name, options, message] of WRONG) {
    it(`rejects ${name}`, () => {
      const wrong = { ...BASE, ...options } as unknown as ClientOptions<unknown>;
      assert.throws(
        () => authenticatedAgents(wrong),
        (error: Error) => {
          assert.ok(error instanceof TypeError || error instanceof RangeError);
          assert.match(error.message, message);
          assertHidden(error, [Buffer.from(SECRET)]);
          return true;
        },
      );
    });
  }

  it('rejects a package that the provider does not have', () => {
    assert.throws(() => authenticatedAgents({ ...BASE, package: 'Schannel' }), {
      code: 'SEC_E_SECPKG_NOT_FOUND',
      message: "the package must be one of 'Negotiate', 'Kerberos', 'NTLM', not 'Schannel'",
    });
  });

  it('rejects credentials of a server, closed ones, and ones without their sspi', () => {
    const options = { ...WITHOUT_IDENTITY };
    assert.throws(() => authenticatedAgents({ ...options, credentials: inbound }), TypeError);
    assert.throws(() => authenticatedAgents({ ...options, credentials: closed }), {
      code: 'SEC_E_INVALID_HANDLE',
    });
    const own = { origins: BASE.origins, credentials };
    assert.throws(() => authenticatedAgents(own), /^TypeError.*options\.sspi must/);
    const both = { ...options, credentials, package: 'NTLM' };
    assert.throws(() => authenticatedAgents(both), /^RangeError.*options\.package must be absent/);
  });

  it('rejects an inherited identity', () => {
    const options = Object.assign(Object.create({ identity: IDENTITY }), WITHOUT_IDENTITY);
    assert.throws(() => authenticatedAgents(options), /options\.identity must be an own property/);
  });

  it('rejects a wrong result of target at the connection', async () => {
    const target = () => 1 as unknown as string;
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'NTLM' }).end();
    }).listen(0);
    const { port } = server.address() as { port: number };
    const origin = `http://localhost:${port}`;
    const agents = authenticatedAgents({ ...BASE, origins: [origin], target });
    await assert.rejects(call(origin, agents), /the result of options\.target must be a string/);
    agents.close();
    server.close();
  });

  it('fails at the connection without an identity where nobody is logged on', async () => {
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'NTLM' }).end();
    }).listen(0);
    const { port } = server.address() as { port: number };
    const origin = `http://localhost:${port}`;
    const agents = authenticatedAgents({ origins: [origin], sspi, package: 'NTLM' });
    for (let count = 0; count < 2; count++) {
      await assert.rejects(call(origin, agents), (error: HttpAuthError) => {
        assert.equal(error.code, 'ERR_HTTP_AUTH_SSPI');
        assert.equal((error.cause as { code?: string }).code, 'SEC_E_NO_CREDENTIALS');
        return true;
      });
    }
    agents.close();
    server.close();
  });

  it('shows no secret', async () => {
    const { key, cert } = await certificate('P-256', 'sha256');
    const ntHash = new Uint8Array(16).fill(0x5a);
    const agents = authenticatedAgents({
      ...BASE,
      proxy: { url: 'http://proxy.test', identity: { user: 'bob', ntHash } },
      tls: { key, cert, passphrase: 'Tr0ub4dor' },
    });
    const secrets = [SECRET, key, 'Tr0ub4dor'].map((text) => Buffer.from(text));
    assertHidden([agents, agents.dispatcher], [...secrets, ntHash]);
    agents.close();
    assertHidden(agents, [...secrets, ntHash]);
  });

  it('takes a signal that is aborted, and closes twice', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const agents = authenticatedAgents({ ...BASE, signal });
    await assert.rejects(call('https://www.example.com/', agents), {
      code: 'ERR_HTTP_AUTH_CLOSED',
    });
    agents.close();
    agents[Symbol.dispose]();
  });

  it('leaves no listener on the signal of the caller', () => {
    const controller = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = controller.signal;
    controller.signal.addEventListener = function (...args: Parameters<typeof addEventListener>) {
      listeners++;
      addEventListener.apply(this, args);
    };
    controller.signal.removeEventListener = function (
      ...args: Parameters<typeof removeEventListener>
    ) {
      listeners--;
      removeEventListener.apply(this, args);
    };
    authenticatedAgents({ ...BASE, signal: controller.signal }).close();
    assert.equal(listeners, 0);
  });
});

describe('HttpAuthError', () => {
  it('has only the properties that are known', () => {
    const error = new HttpAuthError('ERR_HTTP_AUTH_TIMEOUT', 'late', { status: undefined, leg: 1 });
    assert.deepEqual(Object.keys(error).sort(), ['code', 'leg', 'name']);
    assert.equal('cause' in error, false);
  });
});

describe('the advice after a rejection', () => {
  it('has no password for the logged-on user, and no promise to remember', () => {
    const source = new CredentialSource(sspi, {
      credentials: undefined,
      package: 'NTLM',
      identity: undefined,
      negotiate: undefined,
      kerberos: undefined,
    });
    assert.equal(adviceOf(source, false), ': check that it knows the logged-on user');
    const bindings = '; the server may require channel bindings';
    assert.equal(adviceOf(source, true), `: check that it knows the logged-on user${bindings}`);
  });
});
