import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Agent, IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import axios from 'axios';
import {
  authenticatedAgents,
  type ClientOptions,
  type HttpAuthError,
} from '../../src/http-auth.js';
import { ntHash } from '../../src/sspi.js';
import { IDENTITY } from '../support/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { certificate, ED25519 } from './support/client-certificates.js';
import { acceptor, answer, challenge, RawServer } from './support/client-raw-server.js';
import { AuthServer, type AuthServerOptions, sspi } from './support/client-server.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function serve(options: AuthServerOptions = {}): Promise<AuthServer> {
  const server = await AuthServer.open(options);
  closing.push(() => server.close());
  return server;
}

function agentsOf(
  server: { readonly origin: string },
  options: Parameters<typeof agentsFor>[1] = {},
): ReturnType<typeof agentsFor> {
  const agents = agentsFor(server.origin, options);
  closing.push(() => agents.close());
  return agents;
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

const TEN_MEGABYTES = 10_000_000;

/** A body that can be read once. */
function oneShot(): Readable {
  let left = TEN_MEGABYTES;
  return new Readable({
    read(): void {
      const size = Math.min(left, 50_000);
      left -= size;
      this.push(size === 0 ? null : Buffer.alloc(size, 'x'));
    },
  });
}

const ALICE = 'TESTDOM\\alice';

for (const name of ['NTLM', 'Negotiate'] as const) {
  for (const [key, algorithm] of [
    [undefined, undefined],
    ['RSA', 'sha256'],
    ['P-384', 'sha384'],
    ['RSA', 'sha512'],
  ] as const) {
    const over = key === undefined ? 'http' : `TLS with ${key} and ${algorithm}`;
    describe(`${name} over ${over}`, () => {
      const made = key === undefined ? undefined : certificate(key, algorithm);

      async function start(options: AuthServerOptions = {}) {
        const pair = await made;
        const server = await serve({ schemes: [name], ...options, ...(pair && { tls: pair }) });
        const own = { package: name, ...(pair && { tls: { ca: pair.cert } }) };
        const agents = (more: Partial<ClientOptions<unknown>> = {}) =>
          agentsOf(server, { ...own, ...more });
        return { server, agents };
      }

      it('authenticates a connection once, for all its requests', async () => {
        const { server, agents: open } = await start();
        const agents = open();
        for (let count = 0; count < 5; count++) {
          assert.deepEqual(await call(`${server.origin}/a`, agents), {
            status: 200,
            body: `${ALICE} 0`,
          });
        }
        assert.equal(server.handshakes, 1);
        assert.equal(server.connections, 1);
        const legs = server.seen.filter(({ method }) => method === 'HEAD');
        assert.equal(legs.length, 3);
        for (const { url, headers } of legs) {
          const { authorization: _, ...others } = headers;
          assert.equal(url, '/a');
          const host = `localhost:${server.port}`;
          assert.deepEqual(others, { host, connection: 'keep-alive' });
        }
        const gets = server.seen.filter(({ method }) => method === 'GET');
        assert.ok(gets.every(({ headers }) => headers.authorization === undefined));
      });

      it('sends a one-shot body of 10 MB once', async () => {
        const { server, agents: open } = await start();
        const agents = open();
        const { data } = await axios.post(server.origin, oneShot(), {
          ...agents,
          maxRedirects: 0,
          maxBodyLength: Number.POSITIVE_INFINITY,
        });
        assert.equal(data, `${ALICE} ${TEN_MEGABYTES}`);
        const init = { method: 'POST', body: oneShot(), duplex: 'half' };
        const dispatcher = agents.dispatcher;
        const response = await fetch(server.origin, { ...init, dispatcher } as RequestInit);
        assert.equal(await response.text(), `${ALICE} ${TEN_MEGABYTES}`);
        assert.equal(server.handshakes, 2);
      });

      it('makes as many handshakes as connections for 40 requests at once', async () => {
        const { server, agents: open } = await start();
        const agents = open({ maxSockets: 4 });
        const calls = Array.from({ length: 40 }, () => call(server.origin, agents));
        for (const { body } of await Promise.all(calls)) assert.equal(body, `${ALICE} 0`);
        assert.equal(server.handshakes, 4);
        assert.equal(server.connections, 4);
        const { dispatcher } = agents;
        const fetches = Array.from({ length: 40 }, async () =>
          (await fetch(server.origin, { dispatcher } as RequestInit)).text(),
        );
        for (const body of await Promise.all(fetches)) assert.equal(body, `${ALICE} 0`);
        assert.equal(server.handshakes, 8);
      });

      it('authenticates each request on a connection of its own where asked', async () => {
        const { server, agents: open } = await start({ perRequest: true });
        const agents = open({ authenticate: 'request' });
        for (let count = 0; count < 3; count++) {
          const { status, body } = await call(server.origin, agents, {
            method: 'POST',
            body: 'abc',
          });
          assert.deepEqual([status, body], [200, `${ALICE} 3`]);
        }
        const { dispatcher } = agents;
        const response = await fetch(server.origin, { dispatcher } as RequestInit);
        assert.equal(await response.text(), `${ALICE} 0`);
        const requests = server.seen.filter(({ method }) => method !== 'HEAD');
        assert.equal(new Set(requests.map(({ connection }) => connection)).size, 4);
        assert.ok(requests.every(({ headers }) => headers.authorization !== undefined));
      });
    });
  }
}

describe('channel bindings', () => {
  it('are of the very certificate: a relay with another one gets nothing', async () => {
    const [own, relays] = [
      await certificate('P-256', 'sha256'),
      await certificate('P-256', 'sha256'),
    ];
    const server = await serve({ tls: own, schemes: ['NTLM'] });
    // The client trusts both. What it sends to the relay does not fit the server.
    const relay = https.createServer(relays, async (request, response) => {
      const answer = await fetchLeg(
        server,
        own.cert,
        request.headers.authorization,
        request.socket,
      );
      response.writeHead(answer.statusCode ?? 0, answer.headers).end();
      answer.resume();
    });
    relay.listen(0, '127.0.0.1');
    await new Promise((resolve) => relay.once('listening', resolve));
    closing.push(
      () => relay.close(),
      () => relay.closeAllConnections(),
    );
    const { port } = relay.address() as { port: number };
    const origin = `https://localhost:${port}`;
    const agents = agentsOf({ origin }, { tls: { rejectUnauthorized: false } });
    await assert.rejects(call(origin, agents), { code: 'ERR_HTTP_AUTH_REJECTED' });
    assert.deepEqual(server.rejections, ['SEC_E_BAD_BINDINGS']);
  });

  const sockets = new WeakMap<object, Agent>();
  /** Passes a leg to the real server, over one connection for each connection of the client. */
  async function fetchLeg(
    server: AuthServer,
    ca: string,
    authorization: string | undefined,
    socket: object,
  ): Promise<IncomingMessage> {
    const agent = sockets.get(socket) ?? new https.Agent({ keepAlive: true, maxSockets: 1, ca });
    sockets.set(socket, agent);
    return new Promise((resolve, reject) => {
      const headers = authorization === undefined ? {} : { authorization };
      https
        .request(server.origin, { method: 'HEAD', agent, headers }, resolve)
        .on('error', reject)
        .end();
    });
  }

  it('are left out where asked, and a server that requires them rejects', async () => {
    const tls = await certificate('P-256', 'sha384');
    const server = await serve({ tls });
    const agents = agentsOf(server, { tls: { ca: tls.cert }, channelBindings: 'omit' });
    await assert.rejects(call(server.origin, agents), {
      code: 'ERR_HTTP_AUTH_REJECTED',
      message:
        'the server rejected the credentials for HTTP/localhost: check user, domain and password; the server may require channel bindings. These agents do not try again: make new ones.',
    });
    assert.deepEqual(server.rejections, ['SEC_E_BAD_BINDINGS']);
  });

  it('are left out for a certificate whose signature has no hash, and an error where they are required', async () => {
    const plain = await acceptor();
    const server = https.createServer(ED25519, async (request, response) => {
      const { socket, headers, method } = request;
      const token = /^NTLM (\S+)$/.exec(headers.authorization ?? '')?.[1];
      if (method === 'GET') return void response.end('GET');
      const bytes = token === undefined ? undefined : Buffer.from(token, 'base64');
      const step = bytes && (await plain({ socket, token: bytes }));
      if (step?.done) return void response.end();
      const value = step === undefined ? 'NTLM' : `NTLM ${step.token}`;
      response.writeHead(401, { 'WWW-Authenticate': value, 'Content-Length': 0 }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    const tls = { ca: ED25519.cert };
    assert.equal((await call(origin, agentsOf({ origin }, { tls }))).body, 'GET');
    const agents = agentsOf({ origin }, { tls, channelBindings: 'require' });
    await assert.rejects(call(origin, agents), ({ code, cause }: HttpAuthError) => {
      assert.equal(code, 'ERR_HTTP_AUTH_SSPI');
      assert.equal(codeOf(cause), 'SEC_E_UNSUPPORTED_FUNCTION');
      return true;
    });
  });

  it('are required also of a server that requires no authentication', async () => {
    const tls = await certificate('P-256', 'sha256');
    const server = await serve({ tls, isPublic: () => true });
    const own = { tls: { ca: tls.cert } };
    assert.equal((await call(server.origin, agentsOf(server, own))).status, 200);
    const seen = server.seen.length;
    const agents = agentsOf(server, { ...own, channelBindings: 'require' });
    const message = /^the server required no authentication, so that there are no channel bindings/;
    await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_PROTOCOL', message });
    assert.equal(server.seen.length, seen + 1);
  });

  it('are right on each connection of many', async () => {
    const tls = await certificate('P-256', 'sha384');
    const server = await serve({ tls });
    const options = { tls: { ca: tls.cert }, channelBindings: 'require' } as const;
    const agents = agentsOf(server, options);
    for (let count = 0; count < 3; count++) {
      const headers = { connection: 'close' };
      const { body } = await call(server.origin, agents, { headers });
      assert.equal(body, `${ALICE} 0`);
    }
    assert.equal(server.handshakes, 3);
  });
});

describe('a handshake', () => {
  it('goes on with a new connection if the server closes after its first 401', async () => {
    for (const closes of [true, false]) {
      const accept = await acceptor();
      const server = await RawServer.open(async (request) => {
        const { token, connection, socket, method } = request;
        if (connection === 0) {
          if (closes) return answer(401, 'WWW-Authenticate: NTLM', 'Connection: close');
          socket.end(challenge('NTLM'));
          return undefined;
        }
        if (method === 'GET') return answer(200);
        assert.notEqual(token, undefined);
        const step = await accept(request);
        return step.done ? answer(200) : challenge(`NTLM ${step.token}`);
      });
      closing.push(() => server.close());
      assert.equal((await call(server.origin, agentsOf(server))).status, 200);
      assert.equal(server.connections, 2);
    }
  });

  it('prefers Negotiate, and falls back to NTLM where only that is offered', async () => {
    for (const [schemes, chosen] of [
      [['NTLM', 'Negotiate'], 'Negotiate'],
      [['NTLM'], 'NTLM'],
    ] as const) {
      const server = await serve({ schemes });
      const agents = agentsOf(server, { package: 'negotiate' });
      assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
      const [event] = agents.events;
      assert.ok(event?.type === 'authenticated');
      assert.deepEqual([event.scheme, event.package, event.legs], [chosen, 'NTLM', 2]);
    }
  });

  it('names the host as the target, without the port', async () => {
    const accept = { targets: ['HTTP/localhost'] };
    const server = await serve({ accept });
    assert.equal((await call(server.origin, agentsOf(server))).body, `${ALICE} 0`);
    const wrong = agentsOf(server, { target: 'HTTP/other' });
    await assert.rejects(call(server.origin, wrong), { target: 'HTTP/other' });
    const right = agentsOf(server, { target: ({ hostname }) => `http/${hostname}` });
    assert.equal((await call(server.origin, right)).body, `${ALICE} 0`);
    assert.deepEqual(server.rejections, ['SEC_E_WRONG_PRINCIPAL']);
  });

  it('takes names as DOMAIN\\user and separate, and an NT hash', async () => {
    const server = await serve();
    const { password } = IDENTITY;
    for (const identity of [
      { user: 'TESTDOM\\alice', password },
      { user: 'alice', domain: 'TESTDOM', password },
      { user: 'alice', domain: 'TESTDOM', ntHash: ntHash(password) },
    ]) {
      const agents = agentsOf(server, { identity });
      assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
    }
  });

  it('keeps a copy of an NT hash', async () => {
    const server = await serve();
    const hash = ntHash(IDENTITY.password);
    const identity = { user: 'alice', domain: 'TESTDOM', ntHash: hash };
    const agents = agentsOf(server, { identity });
    hash.fill(0);
    assert.equal((await call(server.origin, agents)).status, 200);
  });

  it('uses credentials of the caller, and leaves them open', async () => {
    const server = await serve();
    const request = { package: 'NTLM', use: 'outbound', identity: IDENTITY } as const;
    const credentials = await sspi.acquireCredentialsHandle(request);
    const agents = authenticatedAgents({ origins: [server.origin], sspi, credentials });
    assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
    agents.close();
    sspi.initializeSecurityContext(credentials).close();
    credentials.close();
  });

  it('sends its legs to the path and with the method of the option probe', async () => {
    for (const method of ['GET', 'OPTIONS', 'HEAD'] as const) {
      const server = await serve({ isPublic: (url) => url === '/' });
      const agents = agentsOf(server, { probe: { method, path: '/private?a=b' } });
      assert.equal((await call(server.origin, agents)).body, `${ALICE} 0`);
      const legs = server.seen.slice(0, 3);
      assert.ok(legs.every((leg) => leg.method === method && leg.url === '/private?a=b'));
      const length = method === 'OPTIONS' ? '0' : undefined;
      assert.ok(legs.every(({ headers }) => headers['content-length'] === length));
    }
  });

  it('tells the cookies of its answers', async () => {
    const server = await serve({ fields: { 'Set-Cookie': 'a=b' } });
    const agents = agentsOf(server);
    await call(server.origin, agents);
    const [event] = agents.events;
    assert.ok(event?.type === 'authenticated');
    // The first 401 has one, too.
    assert.deepEqual(event.setCookie, ['a=b', 'a=b', 'a=b']);
  });

  it('does nothing for a server that requires no authentication', async () => {
    const server = await serve({ isPublic: () => true });
    const agents = agentsOf(server);
    assert.equal((await call(server.origin, agents)).body, 'anybody 0');
    assert.deepEqual(server.tokens, []);
    assert.deepEqual(agents.events, []);
  });

  it('hands over a new connection to such a server that closes each one', async () => {
    const server = await RawServer.open(() => answer(200, 'Connection: close'));
    closing.push(() => server.close());
    assert.equal((await call(server.origin, agentsOf(server))).status, 200);
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ['HEAD', 'GET'],
    );
    assert.equal(server.connections, 2);
  });

  it('runs again after an error that is no rejection', async () => {
    let isDown = true;
    const accept = await acceptor();
    const server = await RawServer.open(async (request) => {
      if (request.method === 'GET') return answer(200);
      if (request.token === undefined) return challenge('NTLM');
      if (isDown) return answer(503);
      const { token, done } = await accept(request);
      return done ? answer(200) : challenge(`NTLM ${token}`);
    });
    closing.push(() => server.close());
    const agents = agentsOf(server);
    const expected = { code: 'ERR_HTTP_AUTH_PROTOCOL', status: 503 };
    await assert.rejects(call(server.origin, agents), expected);
    isDown = false;
    assert.equal((await call(server.origin, agents)).status, 200);
  });
});

describe('a 401 on an authenticated connection', () => {
  it('is handed on by node:http, and its connection gets no other request', async () => {
    const accept = await acceptor();
    const server = await RawServer.open(async (request) => {
      if (request.method === 'GET') return request.connection === 0 ? answer(401) : answer(200);
      if (request.token === undefined) return challenge('NTLM');
      const { token, done } = await accept(request);
      return done ? answer(200) : challenge(`NTLM ${token}`);
    });
    closing.push(() => server.close());
    const agents = agentsOf(server);
    assert.equal((await call(server.origin, agents)).status, 401);
    assert.equal((await call(server.origin, agents)).status, 200);
    assert.equal(server.connections, 2);
    const event = agents.events.find(({ type }) => type === 'unauthorized');
    assert.ok(event?.type === 'unauthorized' && !event.repeated);
    assert.equal(event.error.code, 'ERR_HTTP_AUTH_NOT_PERSISTENT');
    assert.equal(event.error.status, 401);
  });

  for (const client of ['axios', 'node:http', 'fetch'] as const) {
    it(`tells that a request of ${client} has an Authorization field of its own`, async () => {
      const accept = await acceptor();
      const server = await RawServer.open(async (request) => {
        if (request.method === 'GET')
          return answer(request.fields.has('authorization') ? 401 : 200);
        if (request.token === undefined) return challenge('NTLM');
        const { token, done } = await accept(request);
        return done ? answer(200) : challenge(`NTLM ${token}`);
      });
      closing.push(() => server.close());
      const agents = agentsOf(server);
      const { dispatcher, httpAgent } = agents;
      const headers = ['Authorization', 'Bearer abc'];
      const auth = { username: 'alice', password: 'secret' };
      const clients = {
        axios: () => axios.get(server.origin, { httpAgent, auth, validateStatus: () => true }),
        'node:http': () => call(server.origin, agents, { headers }),
        fetch: () => fetch(server.origin, { dispatcher, headers: [headers] } as RequestInit),
      };
      assert.equal((await clients[client]()).status, 401);
      const [, event] = agents.events;
      assert.ok(event?.type === 'unauthorized');
      assert.match(
        event.error.message,
        /^the request has an Authorization field of its own .*: remove it$/,
      );
    });
  }

  it('tells to set probe.path if the connection was made for a public path', async () => {
    const server = await serve({ isPublic: (url) => url === '/public' });
    const agents = agentsOf(server);
    assert.equal((await call(`${server.origin}/public`, agents)).body, 'anybody 0');
    assert.equal((await call(`${server.origin}/private`, agents)).status, 401);
    assert.equal((await call(`${server.origin}/private`, agents)).body, `${ALICE} 0`);
    const event = agents.events.find(({ type }) => type === 'unauthorized');
    assert.ok(event?.type === 'unauthorized');
    assert.match(event.error.message, /the option probe/);
  });

  it('is a rejection where each request is authenticated, and ends all requests', async () => {
    let isGone = false;
    const accept = await acceptor();
    const server = await RawServer.open(async (request) => {
      if (request.token === undefined) return challenge('NTLM');
      if (isGone && request.method === 'GET') return challenge('NTLM');
      const { token, done } = await accept(request);
      return done ? answer(200) : challenge(`NTLM ${token}`);
    });
    closing.push(() => server.close());
    const agents = agentsOf(server, { authenticate: 'request' });
    assert.equal((await call(server.origin, agents)).status, 200);
    isGone = true;
    assert.equal((await call(server.origin, agents)).status, 401);
    const { connections } = server;
    await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_REJECTED' });
    assert.equal(server.connections, connections);
  });
});

describe('a refused password', () => {
  it('comes with a hint where the identity names no domain', async () => {
    for (const [user, hint] of [
      ['alice', '; the identity names no domain'],
      ['alice@testdom.example', ''],
      ['TESTDOM\\alice', ''],
    ]) {
      const server = await serve();
      const agents = agentsOf(server, { identity: { user: user as string, password: 'wrong' } });
      await assert.rejects(call(server.origin, agents), {
        message: `the server rejected the credentials for HTTP/localhost: check user, domain and password${hint}. These agents do not try again: make new ones.`,
      });
    }
  });

  it('is sent once where each request is authenticated, whatever is in flight', async () => {
    const server = await serve({ perRequest: true });
    const identity = { ...IDENTITY, password: 'wrong' };
    const agents = agentsOf(server, { authenticate: 'request', identity });
    const calls = Array.from({ length: 10 }, () => call(server.origin, agents));
    for (const result of await Promise.allSettled(calls)) {
      assert.equal(result.status, 'rejected');
      assert.equal(result.reason.code, 'ERR_HTTP_AUTH_REJECTED');
    }
    assert.deepEqual(server.rejections, ['SEC_E_LOGON_DENIED']);
    assert.ok(server.seen.every(({ method }) => method === 'HEAD'));
  });

  it('ends fetch with the error as its cause', async () => {
    const server = await serve();
    const agents = agentsOf(server, { identity: { ...IDENTITY, password: 'wrong' } });
    for (let count = 0; count < 3; count++) {
      await assert.rejects(
        fetch(server.origin, { dispatcher: agents.dispatcher } as RequestInit),
        ({ cause }: Error) => codeOf(cause) === 'ERR_HTTP_AUTH_REJECTED',
      );
    }
    assert.deepEqual(server.rejections, ['SEC_E_LOGON_DENIED']);
  });
});

describe('closed agents', () => {
  it('end requests in progress with their error', async () => {
    const accept = await acceptor();
    const waiting: string[] = [];
    const server = await RawServer.open(async (request) => {
      if (request.method === 'GET') {
        if (waiting.push(request.target) === 3) agents.close();
        return undefined;
      }
      if (request.token === undefined) return challenge('NTLM');
      const { token, done } = await accept(request);
      return done ? answer(200) : challenge(`NTLM ${token}`);
    });
    closing.push(() => server.close());
    const agents = agentsOf(server);
    const { dispatcher, httpAgent } = agents;
    const code = 'ERR_HTTP_AUTH_CLOSED';
    await Promise.all([
      assert.rejects(call(server.origin, agents), { code }),
      assert.rejects(axios.get(server.origin, { httpAgent }), { code }),
      assert.rejects(
        fetch(server.origin, { dispatcher } as RequestInit),
        ({ cause }: Error) => codeOf(cause) === code,
      ),
    ]);
  });

  it('end what is in the making, and connect no more', async () => {
    const server = await RawServer.open(({ connection }) => {
      if (connection === 1) agents.close();
    });
    closing.push(() => server.close());
    const agents = agentsOf(server);
    const { dispatcher } = agents;
    const waiting = call(server.origin, agents);
    const fetching = fetch(server.origin, { dispatcher } as RequestInit);
    const ends = [
      assert.rejects(waiting, { code: 'ERR_HTTP_AUTH_CLOSED' }),
      assert.rejects(fetching, ({ cause }: Error) => codeOf(cause) === 'ERR_HTTP_AUTH_CLOSED'),
    ];
    await Promise.all(ends);
    const { connections } = server;
    await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_CLOSED' });
    await assert.rejects(fetch(server.origin, { dispatcher } as RequestInit));
    assert.equal(server.connections, connections);
  });
});
