import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf, until } from './support/conn-checks.js';
import { TEN_MEGABYTES, tenMegabytes } from './support/conn-send.js';
import { type OpenClient, UNDICIS, type UndiciClient } from './support/conn-undici.js';

type Protocol = 'http:' | 'https:';

interface Bench {
  readonly server: ToyServer;
  readonly hooks: ToyHooks;
  readonly client: UndiciClient;
}

async function open(
  t: TestContext,
  openClient: OpenClient,
  protocol: Protocol,
  connections?: number,
): Promise<Bench> {
  const server = await ToyServer.open(protocol);
  const hooks = new ToyHooks(server.origin);
  const client = await openClient(hooks, connections);
  t.after(() => client.close());
  t.after(() => server.close());
  return { server, hooks, client };
}

/** The code of the error of a request. fetch has it in the cause. */
function codeOfRequest(sent: Promise<unknown>): Promise<unknown> {
  return codeOf(sent.catch((error) => Promise.reject(error.cause ?? error)));
}

for (const [name, openClient] of Object.entries(UNDICIS)) {
  for (const protocol of ['http:', 'https:'] as const) {
    describe(`a prepared dispatcher with ${name} for ${protocol}`, () => {
      it('prepares a connection once for many requests', async (t) => {
        const { server, client } = await open(t, openClient, protocol, 1);
        for (let index = 0; index < 5; index += 1) {
          const answer = await client.send(`${server.origin}/${index}`);
          assert.deepEqual(answer, { status: 200, body: 'hello' });
        }
        assert.deepEqual(server.preparations, ['1']);
        assert.equal(server.rawSockets.length, 1);
      });

      it('sends a body that can be read once', async (t) => {
        const { server, client } = await open(t, openClient, protocol);
        const request = { method: 'POST', body: tenMegabytes() } as const;
        assert.equal((await client.send(`${server.origin}/up`, request)).status, 200);
        assert.equal(server.requests.length, 1);
        assert.equal(server.requests[0]?.length, TEN_MEGABYTES);
      });

      it('makes 4 connections for 40 requests', async (t) => {
        const { server, client } = await open(t, openClient, protocol, 4);
        const all = Array.from({ length: 40 }, () => client.send(server.origin));
        for (const { status } of await Promise.all(all)) assert.equal(status, 200);
        assert.equal(server.rawSockets.length, 4);
        assert.deepEqual(server.preparations, ['1', '2', '3', '4']);
      });

      it('fails only the request whose preparation fails', async (t) => {
        const { server, client } = await open(t, openClient, protocol, 2);
        server.prepare = (_, response) => {
          response.writeHead(server.preparations.length === 1 ? 500 : 200).end();
        };
        const all = Array.from({ length: 5 }, () => client.send(server.origin));
        const results = await Promise.allSettled(all);
        const failed = results.filter(({ status }) => status === 'rejected');
        assert.equal(failed.length, 1);
      });

      it('fails each request whose preparation fails', async (t) => {
        const { server, client } = await open(t, openClient, protocol, 2);
        server.prepare = (_, response) => response.writeHead(500).end();
        const all = Array.from({ length: 6 }, () => codeOfRequest(client.send(server.origin)));
        assert.deepEqual(await Promise.all(all), Array(6).fill('TOY_REFUSED'));
        await until(() => server.openSockets === 0);
      });

      it('rejects another origin before anything is connected', async (t) => {
        const { hooks, client } = await open(t, openClient, protocol);
        const other = await ToyServer.open(protocol);
        t.after(() => other.close());
        assert.equal(await codeOfRequest(client.send(other.origin)), 'TOY_ORIGIN');
        assert.equal(other.rawSockets.length, 0);
        assert.equal(hooks.connections.length, 0);
      });

      it('follows no redirect to another origin', async (t) => {
        const { server, client } = await open(t, openClient, protocol);
        const other = await ToyServer.open(protocol);
        t.after(() => other.close());
        server.respond = (_, response) => response.writeHead(307, { location: other.origin }).end();
        const sent = client.send(server.origin);
        if (name === 'fetch') assert.equal(await codeOfRequest(sent), 'TOY_ORIGIN');
        else assert.equal((await sent).status, 307);
        assert.equal(other.rawSockets.length, 0);
      });

      it('fails at the time limit of the connection', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol);
        server.prepare = () => {};
        hooks.timeout = 20;
        assert.equal(await codeOfRequest(client.send(server.origin)), 'TOY_TIMEOUT');
        await until(() => server.openSockets === 0);
      });

      it('fails when the server closes during the preparation', async (t) => {
        const { server, client } = await open(t, openClient, protocol);
        server.prepare = ({ socket }) => void socket.destroy();
        assert.equal(await codeOfRequest(client.send(server.origin)), 'TOY_ENDED');
      });

      it('fails when the server closes without an answer', async (t) => {
        const { server, client } = await open(t, openClient, protocol);
        server.respond = ({ socket }) => void socket.destroy();
        assert.equal(await codeOfRequest(client.send(server.origin)), 'UND_ERR_SOCKET');
        assert.equal(server.requests.length, 1);
      });

      it('does not send a request that was aborted during the preparation', async (t) => {
        const { server, client } = await open(t, openClient, protocol);
        const controller = new AbortController();
        server.prepare = (_, response) => {
          controller.abort();
          response.end();
        };
        await assert.rejects(client.send(server.origin, { signal: controller.signal }));
        server.prepare = (_, response) => response.end();
        assert.equal((await client.send(`${server.origin}/next`)).status, 200);
        assert.deepEqual(
          server.requests.map(({ target }) => target),
          ['/next'],
        );
      });

      it('fails what is in the making with the reason of the hooks, and what comes later', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol, 2);
        server.prepare = () => {};
        const codes = [1, 2, 3, 4, 5].map(() => codeOfRequest(client.send(server.origin)));
        await until(() => server.preparations.length === 2);
        hooks.close();
        assert.deepEqual(await Promise.all(codes), Array(5).fill('TOY_CLOSED'));
        assert.equal(await codeOfRequest(client.send(server.origin)), 'TOY_CLOSED');
        await until(() => server.openSockets === 0);
      });

      it('fails a request under way when the hooks are closed', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol);
        server.respond = () => hooks.close();
        assert.equal(await codeOfRequest(client.send(server.origin)), 'TOY_CLOSED');
        await until(() => server.openSockets === 0);
      });

      it('closes idle connections when the hooks are closed', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol);
        await client.send(server.origin);
        hooks.close();
        await until(() => server.openSockets === 0);
      });

      it('shows each answer and its connection to onAnswer', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol, 1);
        const seen: unknown[] = [];
        hooks.onAnswer = (socket, status, head) => {
          seen.push(
            hooks.connections.findIndex((one) => one.socket === socket),
            status,
            /^x-own: abc\r$/im.test(head),
          );
          return 'keep';
        };
        server.respond = (_, response) => {
          response.writeEarlyHints({ link: '</style.css>; rel=preload' });
          response.writeHead(404).end();
        };
        await client.send(server.origin);
        await client.send(server.origin, { headers: { 'X-Own': 'abc' } });
        assert.deepEqual(seen, [0, 404, false, 0, 404, true]);
        assert.equal(server.rawSockets.length, 1);
      });

      it('ends a connection by onAnswer, although its request has more to send', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol, 1);
        hooks.onAnswer = (_, status) => (status === 401 ? 'close' : 'keep');
        server.readsBody = false;
        server.respond = (_, response) => response.writeHead(401).end('no');
        const sent = client.send(server.origin, { method: 'POST', body: tenMegabytes() });
        // The end of the connection may be seen before the answer, but not instead of an end.
        await Promise.allSettled([sent]);
        server.respond = (_, response) => response.end('hello');
        assert.equal((await client.send(server.origin)).status, 200);
        assert.equal(server.rawSockets.length, 2);
        assert.equal(hooks.connections[0]?.socket.destroyed, true);
      });

      it('ends a connection by onAnswer, although a request waits for it', async (t) => {
        const { server, hooks, client } = await open(t, openClient, protocol, 1);
        hooks.onAnswer = () => 'close';
        const all = [1, 2, 3].map(() => client.send(server.origin));
        for (const answer of await Promise.all(all)) {
          assert.deepEqual(answer, { status: 200, body: 'hello' });
        }
        assert.equal(server.rawSockets.length, 3);
        await until(() => server.openSockets === 0);
      });
    });
  }
}
