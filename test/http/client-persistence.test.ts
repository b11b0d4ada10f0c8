import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import axios from 'axios';
import * as undici6 from 'undici6';
import * as undici7 from 'undici7';
import { authenticatedAgents, type ClientEvent, type ClientOptions } from '../../src/http-auth.js';
import { KERBEROS_ONLY } from '../support/negotiate.js';
import { PATIENT } from '../support/patience.js';
import { call } from './support/client-calls.js';
import { certificate } from './support/client-certificates.js';
import { cacheOf, kerberos } from './support/client-tickets.js';
import { runsUndici8 } from './support/conn-undici.js';
import { type BenchOptions, passwordOf, ServerBench } from './support/server-bench.js';

const KERBEROS: BenchOptions = { ...KERBEROS_ONLY, accounts: undefined };
const NAME = 'alice@EXAMPLE.TEST';
const credentialCache = cacheOf('tickets');
const SIZE = 300_000;

interface SeenRequest {
  readonly method: string;
  readonly connection: number;
  readonly authorization: string | undefined;
}

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** A server with its requests, and agents for it with alice's ticket. */
async function open(options: BenchOptions, agentOptions: Partial<ClientOptions<never>> = {}) {
  const bench = await ServerBench.open(options);
  const origin = `${bench.isTls ? 'https' : 'http'}://localhost:${bench.port}`;
  const seen: SeenRequest[] = [];
  const sockets: unknown[] = [];
  bench.server.prependListener('request', ({ method = '', headers, socket }: IncomingMessage) => {
    if (!sockets.includes(socket)) sockets.push(socket);
    const { authorization } = headers;
    seen.push({ method, connection: sockets.indexOf(socket), authorization });
  });
  const events: ClientEvent[] = [];
  const agents = authenticatedAgents({
    origins: [origin],
    target: 'HTTP/www.example.test',
    timeout: PATIENT,
    identity: { credentialCache },
    kerberos,
    onEvent: (event) => events.push(event),
    ...(options.tls && { tls: { ca: options.tls.cert } }),
    ...agentOptions,
  });
  closing.push(() => agents.close());
  const requests = () => seen.filter(({ method }) => method !== 'HEAD');
  return { bench, origin, agents, events, seen, requests };
}

type Bench = Awaited<ReturnType<typeof open>>;

/** Each request had a token of its own, on a connection of its own whose handshake proved the server's identity. */
function checkTokens({ seen, requests, events }: Bench, count: number): void {
  const own = requests();
  assert.equal(own.length, count);
  assert.equal(new Set(own.map(({ connection }) => connection)).size, count);
  const tokens = seen.flatMap(({ authorization }) => authorization ?? []);
  assert.equal(tokens.length, 2 * count);
  assert.equal(new Set(tokens).size, 2 * count);
  for (const { connection, authorization } of own) {
    assert.match(authorization ?? '', /^Negotiate /);
    const all = seen.filter((one) => one.connection === connection);
    assert.deepEqual(
      all.map((one) => one.method === 'HEAD'),
      [true, true, false],
    );
  }
  assert.deepEqual(
    events.map(({ type }) => type),
    Array(count).fill('authenticated'),
  );
}

const oneShot = () => Readable.from([Buffer.alloc(SIZE, 'x')]);

for (const isTls of [false, true]) {
  describe(`agents and a server of Kerberos with their defaults over ${isTls ? 'TLS' : 'http'}`, () => {
    const openBench = async (options: BenchOptions = KERBEROS, own = {}) => {
      const tls = isTls ? await certificate('P-256', 'sha256') : undefined;
      return open(tls === undefined ? options : { ...options, tls }, own);
    };

    it('give each request of node:http a token of its own', async () => {
      const bench = await openBench();
      await using _ = bench.bench;
      const { origin, agents } = bench;
      for (const body of ['', 'abc']) {
        const headers = { Authorization: 'Basic c2VjcmV0' };
        const sent = call(origin, agents, { method: body ? 'POST' : 'GET', body, headers });
        assert.deepEqual(await sent, { status: 200, body: `${NAME} false ${body.length}` });
      }
      checkTokens(bench, 2);
    });

    it('send a body that can be read once', async () => {
      const bench = await openBench();
      await using _ = bench.bench;
      const { origin, agents } = bench;
      const { data } = await axios.post(origin, oneShot(), { ...agents, maxRedirects: 0 });
      assert.equal(data, `${NAME} false ${SIZE}`);
      const { dispatcher } = agents;
      const init = { method: 'POST', body: oneShot(), duplex: 'half', dispatcher };
      const response = await fetch(origin, init as unknown as RequestInit);
      assert.equal(await response.text(), `${NAME} false ${SIZE}`);
      checkTokens(bench, 2);
    });

    it('keep maxSockets with requests at once', async () => {
      const bench = await openBench(KERBEROS, { maxSockets: 3 });
      await using _ = bench.bench;
      const { origin, agents } = bench;
      let most = 0;
      bench.bench.server.on('request', () => {
        most = Math.max(most, bench.bench.sockets.filter(({ destroyed }) => !destroyed).length);
      });
      const { dispatcher } = agents;
      const sendBy = {
        agent: async () => (await call(origin, agents)).body,
        fetch: async () => (await fetch(origin, { dispatcher } as RequestInit)).text(),
      };
      for (const send of Object.values(sendBy)) {
        const bodies = await Promise.all(Array.from({ length: 12 }, send));
        assert.deepEqual(bodies, Array(12).fill(`${NAME} false 0`));
      }
      // The server may see the end of a connection after the start of the next one.
      assert.ok(most <= 6, `${most} connections`);
      checkTokens(bench, 24);
    });

    for (const [name, load] of Object.entries({
      'undici 6': async () => undici6,
      'undici 7': async () => undici7,
      ...(runsUndici8() ? { 'undici 8': () => import('undici8') } : {}),
    })) {
      it(`give each request of ${name} a token of its own`, async () => {
        const undici = await load();
        const bench = await openBench(KERBEROS, { undici });
        await using _ = bench.bench;
        const { origin, agents } = bench;
        const dispatcher = agents.dispatcher as undici6.Dispatcher;
        for (const body of [undefined, 'abc', Buffer.from('abc'), oneShot()]) {
          const headers = { Authorization: 'Basic c2VjcmV0' };
          const method = body === undefined ? 'GET' : 'POST';
          const asked = { method, headers, body: body ?? null, dispatcher } as never;
          const answer = await undici.request(origin, asked);
          const size = body instanceof Readable ? SIZE : (body?.length ?? 0);
          assert.equal(await answer.body.text(), `${NAME} false ${size}`);
        }
        checkTokens(bench, 4);
      });
    }

    it('use the connection again after Persistent-Auth: true', async () => {
      const persist = { persist: { Kerberos: true }, persistentAuthField: true };
      const bench = await openBench({ ...KERBEROS, ...persist });
      await using _ = bench.bench;
      const { origin, agents, requests } = bench;
      for (let count = 0; count < 3; count++) {
        assert.equal((await call(origin, agents)).body, `${NAME} true 0`);
      }
      assert.ok(requests().every(({ authorization }) => authorization === undefined));
      assert.equal(bench.bench.sockets.length, 1);
    });
  });
}

describe('agents and a server that says Persistent-Auth: false', () => {
  const identity = { user: 'user0', domain: 'EXAMPLE', password: passwordOf('user0') };
  const options: BenchOptions = { persist: { NTLM: false }, persistentAuthField: true };

  for (const name of ['NTLM', 'Negotiate']) {
    it(`log on again in the request with ${name}`, async () => {
      const own = { package: name, identity, kerberos: undefined };
      const bench = await open(options, own);
      await using _ = bench.bench;
      const { origin, agents, requests, events } = bench;
      const { dispatcher } = agents;
      const body = 'EXAMPLE\\user0 false 0';
      assert.equal((await call(origin, agents)).body, body);
      assert.equal(await (await fetch(origin, { dispatcher } as RequestInit)).text(), body);
      assert.ok(requests().every(({ authorization }) => authorization !== undefined));
      assert.equal(bench.bench.sockets.length, 2);
      assert.equal(events.length, 2);
    });
  }

  it('use the connection again with NTLM if the server says nothing', async () => {
    const bench = await open({}, { package: 'NTLM', identity, kerberos: undefined });
    await using _ = bench.bench;
    for (let count = 0; count < 3; count++) {
      assert.equal((await call(bench.origin, bench.agents)).body, 'EXAMPLE\\user0 true 0');
    }
    assert.equal(bench.seen.filter(({ authorization }) => authorization).length, 2);
    assert.equal(bench.bench.sockets.length, 1);
  });
});

describe('a 401 to a request with a token of its own', () => {
  for (const client of ['agent', 'fetch'] as const) {
    it(`is handed on, and the connection is closed: ${client}`, async () => {
      const serve: BenchOptions['serve'] = (middleware) => (request, response) =>
        middleware(request, response, () => {
          if (request.method !== 'HEAD' && request.url === '/closed') response.statusCode = 401;
          response.end(request.auth?.name);
        });
      const bench = await open({ ...KERBEROS, serve });
      await using _ = bench.bench;
      const { origin, agents, events } = bench;
      const { dispatcher } = agents;
      const send = async (url: string) =>
        client === 'agent'
          ? (await call(url, agents)).status
          : (await fetch(url, { dispatcher } as RequestInit)).status;
      assert.equal(await send(`${origin}/closed`), 401);
      assert.equal(await send(`${origin}/other`), 200);
      const [, event] = events;
      assert.ok(event?.type === 'unauthorized');
      assert.deepEqual([event.error.code, event.error.status], ['ERR_HTTP_AUTH_REJECTED', 401]);
      assert.deepEqual(
        events.map(({ type }) => type),
        ['authenticated', 'unauthorized', 'authenticated'],
      );
    });
  }
});
