import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  authenticatedAgents,
  type ClientEvent,
  type ClientOptions,
  type NegotiateOptions,
} from '../../src/http-auth.js';
import { decodeNegTokenInit, NTLM } from '../../src/sspi/spnego/token.js';
import { openSspi } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { KERBEROS_ONLY, NTLM_ONLY, newClient, newServer } from '../support/negotiate.js';
import { PATIENT } from '../support/patience.js';
import { call } from './support/client-calls.js';
import { answer, challenge, RawServer } from './support/client-raw-server.js';
import { cacheOf, kerberos } from './support/client-tickets.js';
import { passwordOf, ServerBench } from './support/server-bench.js';

const sspi = openSspi({ provider: 'portable' });
const folder = temporaryFolder();
const TARGET = 'HTTP/www.example.test';
const KERBEROS: Partial<NegotiateOptions> = { ...KERBEROS_ONLY, accounts: undefined };

const credentialCache = cacheOf('tickets');
const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

function agentsFor(origin: string, options: Partial<ClientOptions<never>> = {}) {
  const events: ClientEvent[] = [];
  const agents = authenticatedAgents({
    origins: [origin],
    target: TARGET,
    timeout: PATIENT,
    onEvent: (event) => events.push(event),
    ...(options.credentials === undefined ? { identity: { credentialCache }, kerberos } : {}),
    ...options,
  });
  closing.push(() => agents.close());
  return { ...agents, events };
}

const originOf = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;

/** A server that answers the first token so. */
async function answering(reply: (token: Buffer) => unknown): Promise<RawServer> {
  const server = await RawServer.open(({ token }) =>
    token === undefined ? challenge('Negotiate') : reply(token),
  );
  closing.push(() => server.close());
  return server;
}

const PERSISTENT = { ...KERBEROS, persist: { Kerberos: true }, persistentAuthField: true };

describe('agents with the tickets of Kerberos', () => {
  it('log on each connection, in one call', async () => {
    await using bench = await ServerBench.open(PERSISTENT);
    const agents = agentsFor(originOf(bench));
    for (let turn = 0; turn < 3; turn++) {
      const { status, body } = await call(originOf(bench), agents);
      assert.deepEqual([status, body], [200, 'alice@EXAMPLE.TEST true 0']);
    }
    const [event, ...others] = agents.events;
    assert.ok(event?.type === 'authenticated');
    assert.deepEqual([event.scheme, event.package, event.legs], ['Negotiate', 'Kerberos', 1]);
    assert.equal(others.length, 0);
    assert.equal(bench.sockets.length, 1);
  });

  it('log on each request where a server keeps no user', async () => {
    await using bench = await ServerBench.open(KERBEROS);
    const agents = agentsFor(originOf(bench), { authenticate: 'request' });
    for (let turn = 0; turn < 3; turn++) {
      const { body } = await call(originOf(bench), agents, { method: 'POST', body: 'abc' });
      assert.equal(body, 'alice@EXAMPLE.TEST false 3');
    }
    const wrong = agentsFor(originOf(bench), { authenticate: 'connection' });
    assert.equal((await call(originOf(bench), wrong)).status, 401);
    const [, event] = wrong.events;
    assert.ok(event?.type === 'unauthorized');
    assert.match(event.error.message, /authenticate: 'request'/);
  });

  it('take credentials, and the package Kerberos', async () => {
    await using bench = await ServerBench.open(PERSISTENT);
    for (const name of ['Negotiate', 'Kerberos']) {
      const request = { package: name, use: 'outbound', identity: { credentialCache } } as const;
      using credentials = await sspi.acquireCredentialsHandle({ ...request, kerberos });
      for (const agents of [
        agentsFor(originOf(bench), { sspi, credentials }),
        agentsFor(originOf(bench), { package: name }),
      ]) {
        assert.equal((await call(originOf(bench), agents)).body, 'alice@EXAMPLE.TEST true 0');
      }
    }
  });

  it('send a token of 48,000 bytes', async () => {
    const http = { maxHeaderSize: 98_304 };
    await using bench = await ServerBench.open({ ...KERBEROS, http });
    const authorizationData = [{ adType: 1, adData: new Uint8Array(47_000) }];
    const identity = { credentialCache: cacheOf('large', { part: { authorizationData } }) };
    const agents = agentsFor(originOf(bench), { identity });
    assert.equal((await call(originOf(bench), agents)).status, 200);
  });

  it('give out no answer of a server that does not prove its identity', async () => {
    const other = await newServer();
    const foreign = async (token: Buffer) => {
      // A server that has the ticket's key answers another client.
      const { mechToken } = decodeNegTokenInit(token);
      assert.ok(mechToken);
      const { token: proof } = await other.step(new Uint8Array(token));
      const altered = Buffer.from(proof);
      altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
      return answer(200, `WWW-Authenticate: Negotiate ${altered.toString('base64')}`);
    };
    for (const [reply, code, cause] of [
      [() => answer(200), 'ERR_HTTP_AUTH_PROTOCOL', undefined],
      [() => answer(200, 'WWW-Authenticate: Negotiate'), 'ERR_HTTP_AUTH_PROTOCOL', undefined],
      [
        // accept-completed without an AP-REP
        () => answer(200, 'WWW-Authenticate: Negotiate oQcwBaADCgEA'),
        'ERR_HTTP_AUTH_SSPI',
        'SEC_E_INVALID_TOKEN',
      ],
      [foreign, 'ERR_HTTP_AUTH_SSPI', 'SEC_E_MESSAGE_ALTERED'],
      [() => challenge('Negotiate'), 'ERR_HTTP_AUTH_REJECTED', undefined],
    ] as const) {
      const server = await answering(reply);
      const agents = agentsFor(server.origin);
      await assert.rejects(call(server.origin, agents), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.equal((error.cause as { code?: string } | undefined)?.code, cause);
        return true;
      });
      assert.equal(server.tokens.length, 1);
    }
  });

  it('send no request to a server that asks for no proof, if mutual-auth is named', async () => {
    for (const status of [200, 302, 404, 500]) {
      for (const close of ['keep-alive', 'close']) {
        const server = await RawServer.open(() => answer(status, `Connection: ${close}`));
        closing.push(() => server.close());
        const agents = agentsFor(server.origin, { flags: ['integrity', 'mutual-auth'] });
        const headers = { cookie: 'sid=1' };
        const failed = call(server.origin, agents, { method: 'POST', body: 'abc', headers });
        const message =
          /^the server required no authentication, so that it did not prove its identity/;
        await assert.rejects(failed, { code: 'ERR_HTTP_AUTH_PROTOCOL', message, status });
        assert.deepEqual(
          server.requests.map(({ method, fields }) => [method, fields.get('cookie')]),
          [['HEAD', undefined]],
        );
        const others = agentsFor(server.origin);
        assert.equal((await call(server.origin, others)).status, status);
      }
    }
  });

  it('never use NTLM, whatever the server offers', async () => {
    const server = await RawServer.open(() => challenge('NTLM'));
    closing.push(() => server.close());
    const agents = agentsFor(server.origin);
    await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_NO_SCHEME' });
    assert.equal(server.tokens.length, 0);
    // NegTokenResp: request-mic, NTLM.
    const list = 'oRUwE6ADCgEDoQwGCisGAQQBgjcCAgo=';
    const choosing = await answering(() => challenge(`Negotiate ${list}`));
    const others = agentsFor(choosing.origin);
    await assert.rejects(call(choosing.origin, others), { code: 'ERR_HTTP_AUTH_REJECTED' });
    assert.equal(choosing.tokens.length, 1);
  });

  it('fail without tickets, before a token is sent', async () => {
    const server = await answering(() => answer(200));
    for (const [options, cause] of [
      [{ identity: { credentialCache: join(folder, 'nothing') } }, 'SEC_E_NO_CREDENTIALS'],
      [{ target: 'HTTP/other.example.test' }, 'SEC_E_NO_CREDENTIALS'],
    ] as const) {
      const failed = call(server.origin, agentsFor(server.origin, options));
      await assert.rejects(failed, { code: 'ERR_HTTP_AUTH_SSPI' }, cause);
    }
    assert.equal(server.tokens.length, 0);
  });
});

describe('agents with Kerberos and NTLM', () => {
  const identity = { user: 'user0', domain: 'EXAMPLE', password: passwordOf('user0') };

  it('use NTLM without a KDC if the list has it', async () => {
    await using bench = await ServerBench.open(KERBEROS_ONLY);
    const negotiate = ['Kerberos', 'NTLM'] as const;
    const agents = agentsFor(originOf(bench), { identity, negotiate });
    assert.equal((await call(originOf(bench), agents)).body, 'EXAMPLE\\user0 true 0');
    const [event] = agents.events;
    assert.ok(event?.type === 'authenticated');
    assert.deepEqual([event.package, event.scheme], ['NTLM', 'Negotiate']);
    const only = agentsFor(originOf(bench), { identity, negotiate: ['Kerberos'] });
    await assert.rejects(call(originOf(bench), only), { code: 'ERR_HTTP_AUTH_SSPI' });
  });

  it('put the token of NTLM into each request where the server has NTLM alone', async () => {
    await using bench = await ServerBench.open(NTLM_ONLY);
    const stand = Object.assign(Object.create(sspi), {
      provider: sspi.provider,
      querySecurityPackageInfo: (name: string) => sspi.querySecurityPackageInfo(name),
      acquireCredentialsHandle: async () => ({ close() {} }),
      initializeSecurityContext: () => newClient(),
    });
    const options = { identity, negotiate: ['Kerberos', 'NTLM'], sspi: stand } as const;
    const agents = agentsFor(originOf(bench), { ...options, authenticate: 'request' });
    for (let turn = 0; turn < 3; turn++) {
      const { body } = await call(originOf(bench), agents, { method: 'POST', body: 'abc' });
      assert.equal(body, 'TESTDOM\\alice false 3');
    }
    assert.ok(agents.events.every(({ type }) => type === 'authenticated'));
  });

  it('use NTLM alone with a password and no list', async () => {
    const server = await answering(() => answer(500));
    const agents = agentsFor(server.origin, { identity, kerberos: undefined });
    await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_PROTOCOL' });
    const [token] = server.tokens;
    assert.ok(token);
    assert.deepEqual(decodeNegTokenInit(token).mechTypes, [NTLM]);
  });

  it('name the cure if a server rejects NTLM before it saw the password', async () => {
    const cure = /Kerberos, set package: 'Kerberos' or negotiate: \['Kerberos', 'NTLM'\]$/;
    const given = { identity, kerberos: undefined };
    await using bench = await ServerBench.open(KERBEROS);
    const refused = agentsFor(originOf(bench), given);
    await assert.rejects(call(originOf(bench), refused), {
      code: 'ERR_HTTP_AUTH_REJECTED',
      message: cure,
    });
    assert.match(bench.events[0]?.advice ?? '', /lacks.* keytab .*password.*package: 'Kerberos'/);

    // A NegTokenResp that rejects.
    const rejecting = await answering(() => challenge('Negotiate oQcwBaADCgEC'));
    const agents = agentsFor(rejecting.origin, given);
    await assert.rejects(call(rejecting.origin, agents), {
      code: 'ERR_HTTP_AUTH_SSPI',
      message: cure,
    });
  });

  it('take the options of Kerberos without credentials only', async () => {
    const make = (options: object) => () =>
      authenticatedAgents({ origins: ['http://localhost'], ...options });
    assert.throws(make({ package: 'NTLM', negotiate: ['NTLM'] }), RangeError);
    assert.throws(make({ negotiate: ['Basic'] }), RangeError);
    assert.throws(make({ kerberos: { timeout: 'x' } }), TypeError);
    const request = { package: 'NTLM', use: 'outbound', identity } as const;
    using credentials = await sspi.acquireCredentialsHandle(request);
    assert.throws(make({ sspi, credentials, kerberos }), RangeError);
    assert.throws(make({ sspi, credentials, negotiate: ['NTLM'] }), RangeError);
    assert.throws(make({ proxy: { url: 'http://p', negotiate: [] } }), RangeError);
  });
});
