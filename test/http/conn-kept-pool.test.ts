import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf, until } from './support/conn-checks.js';
import { UNDICIS, type UndiciClient } from './support/conn-undici.js';

interface Bench {
  readonly server: ToyServer;
  readonly hooks: ToyHooks;
  readonly client: UndiciClient;
}

const OTHER_FORMS: Readonly<Record<string, () => unknown>> = {
  'an object': () => ({ 'X-Other': 'kept' }),
  pairs: () => new Map([['X-Other', 'kept']]),
  'pairs that can be read once': () => [['X-Other', 'kept']].values(),
  'a list': () => ['X-Other', 'kept'],
};

const OWN_FORMS: Readonly<Record<string, unknown>> = {
  'an object': { AUTHORIZATION: 'Basic c2VjcmV0' },
  pairs: new Map([['Authorization', 'x']]),
  'a list': ['X-Other', 'authorization', 'authorization', 'x'],
};

for (const [name, openClient] of Object.entries(UNDICIS)) {
  describe(`the pool for fields of a connection with ${name}`, () => {
    async function open(t: TestContext, connections?: number): Promise<Bench> {
      const server = await ToyServer.open();
      t.after(() => server.close());
      const hooks = new ToyHooks(server.origin);
      hooks.ownFields = ['authorization'];
      const client = await openClient(hooks, connections);
      t.after(() => client.close());
      return { server, hooks, client };
    }

    /** Counts the requests with another field than that of the connection that they came on. */
    function countMismatches({ server }: Bench): () => number {
      const secrets = new WeakMap<Socket, unknown>();
      let mismatches = 0;
      server.prepare = ({ socket, headers }, response) => {
        secrets.set(socket, headers['x-secret']);
        response.end();
      };
      server.server.on('request', ({ socket, method, headers }) => {
        if (method === 'HEAD') return;
        if (headers.authorization !== `Toy ${secrets.get(socket)}`) mismatches += 1;
      });
      return () => mismatches;
    }

    const version = name.match(/(?<=undici )\d/)?.[0];
    // fetch upgrades no connection.
    if (version !== undefined)
      it('does not count an upgraded connection in its limit', async (t) => {
        const { server, client } = await open(t, 1);
        server.server.on('upgrade', (_request, socket: Socket) => {
          t.after(() => socket.destroy());
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
          );
        });
        const { upgrade } = await import(`undici${version}`);
        const { socket } = await upgrade(server.origin, {
          dispatcher: client.dispatcher,
          protocol: 'x',
        });
        t.after(() => socket.destroy());
        assert.equal((await client.send(server.origin)).status, 200);
      });

    it('sets the same field in each request of a connection', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      const sent = Array.from({ length: 10 }, () => client.send(server.origin));
      for (const { status } of await Promise.all(sent)) assert.equal(status, 200);
      assert.equal(server.rawSockets.length, 1);
      for (const { headers } of server.requests) assert.equal(headers.authorization, 'Toy 1');
    });

    it('keeps the limit, and no request waits for nothing', async (t) => {
      const bench = await open(t, 3);
      const mismatches = countMismatches(bench);
      const { server, client } = bench;
      let most = 0;
      server.respond = (_, response) => {
        most = Math.max(most, server.openSockets);
        response.end('hello');
      };
      const sent = Array.from({ length: 60 }, () => client.send(server.origin));
      for (const { status } of await Promise.all(sent)) assert.equal(status, 200);
      assert.equal(most, 3);
      assert.equal(mismatches(), 0);
    });

    it('sets the field of the new connection while the server closes others', async (t) => {
      const bench = await open(t, 4);
      const mismatches = countMismatches(bench);
      const { server, client } = bench;
      let count = 0;
      server.respond = (_, response) => {
        count += 1;
        // In turn: with notice, at once after the response, and not at all.
        if (count % 3 === 0) response.setHeader('connection', 'close');
        response.end('hello', () => {
          if (count % 3 === 1) response.socket?.end();
        });
      };
      const results = await Promise.allSettled(
        Array.from({ length: 200 }, async (_, index) => {
          await new Promise((resolve) => setTimeout(resolve, index));
          return client.send(server.origin);
        }),
      );
      // A request that meets the end of its connection may fail, as with undici's own pool.
      const done = results.filter(({ status }) => status === 'fulfilled');
      assert.ok(done.length > 100, `${done.length}`);
      assert.ok(server.requests.length >= done.length);
      assert.equal(mismatches(), 0);
      assert.equal((await client.send(server.origin)).status, 200);
    });

    for (const [form, headers] of Object.entries(OTHER_FORMS)) {
      if (name === 'fetch' && (form === 'a list' || form.includes('once'))) continue;
      it(`keeps other fields in ${form}`, async (t) => {
        const { server, client } = await open(t, 1);
        for (let round = 0; round < 2; round++) {
          await client.send(server.origin, { headers: headers() as never });
          assert.equal(server.requests[round]?.headers['x-other'], 'kept');
          assert.equal(server.requests[round]?.headers.authorization, 'Toy 1');
        }
      });
    }

    for (const [form, headers] of Object.entries(OWN_FORMS)) {
      if (name === 'fetch' && form === 'a list') continue;
      it(`rejects a field of the connection in ${form}`, async (t) => {
        const { server, client } = await open(t, 1);
        for (let round = 0; round < 2; round++) {
          const sent = client.send(server.origin, { headers: headers as never });
          assert.equal(await codeOfRequest(sent), 'ERR_INVALID_ARG_TYPE');
          assert.equal(server.requests.length, round);
          assert.equal((await client.send(server.origin)).status, 200);
        }
        assert.equal(server.rawSockets.length, 1);
      });
    }

    it('goes on after a request that undici refuses', async (t) => {
      const { server, client } = await open(t, 1);
      for (let round = 1; round <= 2; round++) {
        const sent = client.send(server.origin, { headers: { 'Keep-Alive': 'x' } });
        assert.equal(await codeOfRequest(sent), 'UND_ERR_INVALID_ARG');
        assert.equal((await client.send(server.origin)).status, 200);
        assert.equal(server.requests.length, round);
      }
    });

    it('goes on after a connection that could not be prepared', async (t) => {
      const { server, client } = await open(t, 1);
      server.prepare = (_, response) => response.writeHead(500).end();
      const sent = Array.from({ length: 3 }, () => codeOfRequest(client.send(server.origin)));
      for (const code of await Promise.all(sent)) assert.equal(code, 'TOY_REFUSED');
      server.prepare = (_, response) => response.end();
      assert.equal((await client.send(server.origin)).status, 200);
    });

    it('goes on after a request that was aborted', async (t) => {
      const { server, client } = await open(t, 1);
      const { respond } = server;
      server.respond = () => {};
      const controller = new AbortController();
      const failed = assert.rejects(client.send(server.origin, { signal: controller.signal }));
      const next = client.send(server.origin);
      await until(() => server.requests.length === 1);
      server.respond = respond;
      controller.abort();
      await failed;
      assert.equal((await next).status, 200);
      assert.equal(server.requests[1]?.headers.authorization, 'Toy 2');
    });

    it('sets the field after a request was aborted in the queue, and keeps the limit', async (t) => {
      const bench = await open(t, 1);
      const mismatches = countMismatches(bench);
      const { server, client } = bench;
      const running = new Set<string>();
      let most = 0;
      server.respond = ({ url = '' }, response) => {
        running.add(url);
        most = Math.max(most, running.size);
        response.on('close', () => running.delete(url));
        setTimeout(() => {
          if (url === '/0') response.setHeader('connection', 'close');
          response.end('hello');
        }, 50);
      };
      const controller = new AbortController();
      const { signal } = controller;
      const first = client.send(`${server.origin}/0`);
      const aborted = assert.rejects(client.send(`${server.origin}/aborted`, { signal }));
      const others = ['/1', '/2'].map((path) => client.send(server.origin + path));
      await until(() => server.requests.length === 1);
      controller.abort();
      await Promise.all([first, aborted]);
      // undici 7 makes another pool for requests that come after the end of the only connection.
      others.push(...['/3', '/4'].map((path) => client.send(server.origin + path)));
      for (const { status } of await Promise.all(others)) assert.equal(status, 200);
      assert.equal(server.requests.length, 5);
      assert.equal(most, 1);
      assert.equal(mismatches(), 0);
    });

    it('sets the field of each request while others are aborted', async (t) => {
      const bench = await open(t, 2);
      const mismatches = countMismatches(bench);
      const { server, client } = bench;
      let count = 0;
      server.respond = (_, response) => {
        count += 1;
        if (count % 4 === 0) response.setHeader('connection', 'close');
        if (count % 7 === 0) response.destroy();
        else response.end('hello');
      };
      const sent = Array.from({ length: 200 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index));
        const controller = new AbortController();
        if (index % 3 === 0) setTimeout(() => controller.abort(), index % 11);
        return client.send(server.origin, { signal: controller.signal });
      });
      await Promise.allSettled(sent);
      assert.ok(server.requests.length > 50, `${server.requests.length}`);
      assert.equal(mismatches(), 0);
    });

    it('fails the requests in its queue when it is destroyed', async (t) => {
      const { server, client } = await open(t, 1);
      server.respond = () => {};
      const sent = Array.from({ length: 3 }, () => assert.rejects(client.send(server.origin)));
      await until(() => server.requests.length === 1);
      await client.close();
      await Promise.all(sent);
      assert.equal(server.requests.length, 1);
      await until(() => server.openSockets === 0);
    });

    it('waits for the requests in its queue when it is closed', async (t) => {
      const { server, client } = await open(t, 1);
      const sent = Array.from({ length: 3 }, () => client.send(server.origin));
      await until(() => server.requests.length === 1);
      await client.dispatcher.close();
      for (const { status } of await Promise.all(sent)) assert.equal(status, 200);
      await until(() => server.openSockets === 0);
    });

    it('closes idle connections with the agents', async (t) => {
      const { server, hooks, client } = await open(t);
      await Promise.all([client.send(server.origin), client.send(server.origin)]);
      assert.ok(server.openSockets > 0);
      hooks.close();
      await until(() => server.openSockets === 0);
      assert.equal(await codeOfRequest(client.send(server.origin)), 'TOY_CLOSED');
    });
  });
}

/** The code of the error of a request. fetch has it in the cause. */
function codeOfRequest(sent: Promise<unknown>): Promise<unknown> {
  return codeOf(
    sent.catch((error) => {
      throw error.cause ?? error;
    }),
  );
}
