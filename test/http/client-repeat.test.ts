import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import type { Dispatcher } from 'undici6';
import * as undici6 from 'undici6';
import * as undici7 from 'undici7';
import type { ClientOptions } from '../../src/http-auth.js';
import { agentsFor } from './support/client-calls.js';
import { acceptor, answer, challenge, RawServer } from './support/client-raw-server.js';
import { AuthServer } from './support/client-server.js';
import { runsUndici8 } from './support/conn-undici.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** A server whose connections lose their users at the requests that a test says, and agents for it. */
async function open(options: Partial<ClientOptions<unknown>> = {}) {
  const forgotten = { urls: new Set<string>(), times: Number.POSITIVE_INFINITY };
  const server = await AuthServer.open({
    schemes: ['NTLM'],
    forgets: ({ method, url = '' }) =>
      method !== 'HEAD' && forgotten.urls.has(url) && forgotten.times-- > 0,
  });
  closing.push(() => server.close());
  const agents = agentsFor(server.origin, options);
  closing.push(() => agents.close());
  const requests = () => server.seen.filter(({ method }) => method !== 'HEAD');
  const events = () =>
    agents.events.map((event) =>
      event.type === 'unauthorized' ? `${event.type} ${event.repeated}` : event.type,
    );
  return { server, agents, forgotten, requests, events };
}

type Body = string | Uint8Array | Readable | undefined;
interface Answer {
  readonly status: number;
  readonly body: string;
}
interface Client {
  readonly options: Partial<ClientOptions<unknown>>;
  send(url: string, dispatcher: unknown, body?: Body, signal?: AbortSignal): Promise<Answer>;
}

const viaFetch: Client = {
  options: {},
  async send(url, dispatcher, body, signal) {
    const init = { dispatcher, ...(body && { method: 'POST', body, duplex: 'half' }), signal };
    const response = await fetch(url, init as RequestInit);
    return { status: response.status, body: await response.text() };
  },
};

function via(undici: Pick<typeof undici6, 'Agent' | 'request'>): Client {
  return {
    options: { undici },
    async send(url, dispatcher, body, signal) {
      const method = body ? 'POST' : 'GET';
      const own = { method, body: body ?? null, signal: signal ?? null } as const;
      const asked = { ...own, dispatcher: dispatcher as Dispatcher };
      const { statusCode, body: content } = await undici.request(url, asked);
      return { status: statusCode, body: await content.text() };
    },
  };
}

const UNDICIS: Readonly<Record<string, () => Promise<Client>>> = {
  'undici 6': async () => via(undici6),
  'undici 7': async () => via(undici7 as unknown as typeof undici6),
  ...(runsUndici8()
    ? { 'undici 8': async () => via((await import('undici8')) as unknown as typeof undici6) }
    : {}),
};
const CLIENTS = { fetch: async () => viaFetch, ...UNDICIS };
const ALICE = 'TESTDOM\\alice';

for (const [name, load] of Object.entries(CLIENTS)) {
  describe(`the dispatcher for ${name} and a 401 on an authenticated connection`, () => {
    it('does not send it again after destroy()', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten, requests } = await open(options);
      const url = `${server.origin}/report`;
      await send(url, agents.dispatcher);
      forgotten.urls.add('/report');
      const dispatcher = agents.dispatcher as Pick<Dispatcher, 'destroy'>;
      let destroyed: Promise<void> | undefined;
      const onHeaders = (message: unknown) => {
        const { response } = message as { response: { statusCode: number } };
        if (response.statusCode !== 401) return;
        // After the dispatcher has seen the answer.
        queueMicrotask(() => {
          destroyed ??= dispatcher.destroy();
        });
      };
      subscribe('undici:request:headers', onHeaders);
      await assert.rejects(send(url, agents.dispatcher));
      unsubscribe('undici:request:headers', onHeaders);
      await destroyed;
      assert.deepEqual(
        requests().map(({ user }) => user),
        [ALICE, undefined],
      );
    });

    it('sends the request again, on a new connection after a new logon', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten, requests, events } = await open({
        ...options,
        maxSockets: 1,
      });
      const url = `${server.origin}/report`;
      assert.deepEqual(await send(url, agents.dispatcher), { status: 200, body: `${ALICE} 0` });
      forgotten.urls.add('/report');
      forgotten.times = 1;
      assert.deepEqual(await send(url, agents.dispatcher), { status: 200, body: `${ALICE} 0` });
      assert.deepEqual(
        requests().map(({ connection, user }) => [connection, user]),
        [
          [0, ALICE],
          [0, undefined],
          [1, ALICE],
        ],
      );
      assert.deepEqual(events(), ['authenticated', 'unauthorized true', 'authenticated']);
      assert.deepEqual(await send(url, agents.dispatcher), { status: 200, body: `${ALICE} 0` });
    });

    it('sends it again once, and hands on the second 401', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten, requests, events } = await open(options);
      forgotten.urls.add('/report');
      const { status } = await send(`${server.origin}/report`, agents.dispatcher);
      assert.equal(status, 401);
      assert.deepEqual(
        requests().map(({ connection }) => connection),
        [0, 1],
      );
      assert.equal(server.handshakes, 2);
      const repeated = ['authenticated', 'unauthorized true'];
      assert.deepEqual(events(), [...repeated, 'authenticated', 'unauthorized false']);
      assert.equal((await send(`${server.origin}/other`, agents.dispatcher)).status, 200);
    });

    it('hands it on if the body can be read once', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten, requests, events } = await open(options);
      forgotten.urls.add('/report');
      const body = Readable.from([Buffer.from('abc')]);
      assert.equal((await send(`${server.origin}/report`, agents.dispatcher, body)).status, 401);
      assert.equal(requests().length, 1);
      assert.deepEqual(events(), ['authenticated', 'unauthorized false']);
    });

    it('fails with the rejection of the new logon, and sends the password no more', async () => {
      const { options, send } = await load();
      const accept = await acceptor();
      let isRejected = false;
      const server = await RawServer.open(async (request) => {
        if (request.method === 'GET') {
          isRejected = true;
          return challenge('NTLM');
        }
        if (request.token === undefined) return challenge('NTLM');
        const { token, done } = await accept(request);
        if (!done) return challenge(`NTLM ${token}`);
        return isRejected ? challenge('NTLM') : answer(200);
      });
      closing.push(() => server.close());
      const agents = agentsFor(server.origin, options);
      closing.push(() => agents.close());
      const rejection = (error: Error) => {
        const { code } = (name === 'fetch' ? error.cause : error) as { code?: string };
        return code === 'ERR_HTTP_AUTH_REJECTED';
      };
      await assert.rejects(send(server.origin, agents.dispatcher), rejection);
      assert.equal(server.tokens.length, 4);
      await assert.rejects(send(server.origin, agents.dispatcher), rejection);
      assert.equal(server.tokens.length, 4);
      assert.equal(server.requests.filter(({ method }) => method === 'GET').length, 1);
    });

    it('ends the new connection if the caller aborts the request', async () => {
      const { options, send } = await load();
      const accept = await acceptor();
      const controller = new AbortController();
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const server = await RawServer.open(async (request) => {
        if (request.connection > 0) {
          request.socket.once('close', () => end());
          controller.abort();
          return undefined;
        }
        if (request.method === 'GET' || request.token === undefined) return challenge('NTLM');
        const { token, done } = await accept(request);
        return done ? answer(200) : challenge(`NTLM ${token}`);
      });
      closing.push(() => server.close());
      const agents = agentsFor(server.origin, options);
      closing.push(() => agents.close());
      const sent = send(server.origin, agents.dispatcher, undefined, controller.signal);
      await assert.rejects(sent, { name: 'AbortError' });
      await ended;
    });

    it('sends 40 requests again at once', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten, requests } = await open({ ...options, maxSockets: 4 });
      forgotten.urls.add('/report');
      const url = `${server.origin}/report`;
      const sent = Array.from({ length: 40 }, () => send(url, agents.dispatcher));
      const answers = await Promise.all(sent);
      assert.ok(answers.every(({ status }) => status === 401));
      assert.equal(requests().length, 80);
      assert.equal(server.connections, 80);
    });

    it('waits for the second answer in close()', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten } = await open(options);
      forgotten.urls.add('/report');
      forgotten.times = 1;
      const sent = send(`${server.origin}/report`, agents.dispatcher);
      const closed = (agents.dispatcher as unknown as Dispatcher).close();
      assert.equal((await sent).status, 200);
      await closed;
    });
  });
}

for (const [name, load] of Object.entries(UNDICIS)) {
  describe(`the dispatcher for ${name} and a request with a body`, () => {
    for (const [type, body] of Object.entries({
      string: 'abc',
      Buffer: Buffer.from('abc'),
      DataView: new DataView(new ArrayBuffer(3)),
      ArrayBuffer: new ArrayBuffer(3),
    })) {
      it(`sends a body of the type ${type} again`, async () => {
        const { options, send } = await load();
        const { server, agents, forgotten, requests } = await open(options);
        forgotten.urls.add('/report');
        forgotten.times = 1;
        const { dispatcher } = agents;
        const received = await send(`${server.origin}/report`, dispatcher, body as Body);
        assert.deepEqual(received, { status: 200, body: `${ALICE} 3` });
        assert.deepEqual(
          requests().map(({ bodyLength }) => bodyLength),
          [3, 3],
        );
      });
    }

    it('hands on the 401 if the body is longer than 1 MiB', async () => {
      const { options, send } = await load();
      const { server, agents, forgotten, requests } = await open(options);
      forgotten.urls.add('/report');
      for (const [size, count] of [
        [1_048_576, 2],
        [1_048_577, 3],
      ] as const) {
        const body = Buffer.alloc(size);
        const { status } = await send(`${server.origin}/report`, agents.dispatcher, body);
        assert.deepEqual([status, requests().length], [401, count]);
      }
    });
  });
}
