import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setFieldsOfFirstRequest } from '../../src/http/connection/undici-first-request.js';
import { openBench } from './support/conn-agent-bench.js';
import { listen, prepareToy, ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf, until } from './support/conn-checks.js';
import { send, TEN_MEGABYTES, tenMegabytes } from './support/conn-send.js';
import { UNDICIS } from './support/conn-undici.js';

const proofs = ({ requests }: ToyServer) => requests.map(({ headers }) => headers.authorization);

describe('a connection of an agent whose preparation gives fields', () => {
  it('carries them in its first request, and is closed after it', async (t) => {
    const { server, hooks, agent } = await openBench(t, 'http:', { maxSockets: 2 });
    hooks.givesFields = true;
    const all = Array.from({ length: 6 }, () => send(server.origin, { agent }).answer);
    for (const { status } of await Promise.all(all)) assert.equal(status, 200);
    assert.equal(new Set(proofs(server)).size, 6);
    assert.equal(new Set(server.requests.map(({ connection }) => connection)).size, 6);
    await until(() => server.openSockets === 0);
  });

  it('is used again if the next preparation gives none', async (t) => {
    const { server, hooks, agent } = await openBench(t, 'http:');
    hooks.givesFields = true;
    await send(server.origin, { agent }).answer;
    hooks.givesFields = false;
    for (let index = 0; index < 2; index += 1) {
      await send(server.origin, { agent }).answer;
      await until(() => Object.keys(agent.sockets).length === 0);
    }
    assert.deepEqual(proofs(server), ['Toy 1', undefined, undefined]);
    assert.equal(server.sockets.length, 2);
  });
});

for (const [name, openClient] of Object.entries(UNDICIS)) {
  describe(`a connection of ${name} whose preparation gives fields`, () => {
    async function open(t: TestContext, connections?: number) {
      const server = await ToyServer.open();
      t.after(() => server.close());
      const hooks = new ToyHooks(server.origin);
      hooks.givesFields = true;
      const client = await openClient(hooks, connections);
      t.after(() => client.close());
      return { server, hooks, client };
    }

    it('carries them in place of those of the application, and is closed after it', async (t) => {
      const { server, client } = await open(t, 1);
      const headers = { authorization: 'Basic c2VjcmV0', 'X-Other': 'kept' };
      for (let index = 0; index < 3; index += 1) {
        assert.equal((await client.send(server.origin, { headers })).status, 200);
      }
      assert.deepEqual(proofs(server), ['Toy 1', 'Toy 2', 'Toy 3']);
      assert.ok(server.requests.every((request) => request.headers['x-other'] === 'kept'));
      await until(() => server.openSockets === 0);
      assert.equal(server.sockets.length, 3);
    });

    it('carries a body that can be read once', async (t) => {
      const { server, client } = await open(t);
      await client.send(server.origin, { method: 'POST', body: tenMegabytes() });
      assert.equal(server.requests[0]?.length, TEN_MEGABYTES);
      assert.deepEqual(proofs(server), ['Toy 1']);
    });

    it('is one of at most 4', async (t) => {
      const { server, hooks, client } = await open(t, 4);
      let most = 0;
      server.respond = (_, response) => {
        const isOpen = hooks.connections.filter(({ socket }) => !socket.destroyed);
        most = Math.max(most, isOpen.length);
        response.end('hello');
      };
      await Promise.all(Array.from({ length: 12 }, () => client.send(server.origin)));
      assert.equal(new Set(proofs(server)).size, 12);
      assert.equal(server.sockets.length, 12);
      assert.ok(most <= 4);
    });

    it('serves the next request if its own was aborted', async (t) => {
      const { server, client } = await open(t, 1);
      const controller = new AbortController();
      server.prepare = (_, response) => {
        controller.abort();
        response.end();
      };
      await assert.rejects(client.send(server.origin, { signal: controller.signal }));
      for (let index = 0; index < 2; index += 1) await client.send(server.origin);
      assert.equal(new Set(proofs(server)).size, 2);
      assert.ok(!proofs(server).includes(undefined));
    });

    it('is closed if they cannot be sent', async (t) => {
      const { server, hooks, client } = await open(t, 1);
      hooks.instead = async (connection) => {
        await prepareToy(connection, 1);
        return { authorization: 'Toy\r\nx: y' };
      };
      const sent = client
        .send(server.origin)
        .catch((error) => Promise.reject(error.cause ?? error));
      assert.equal(await codeOf(sent), 'ERR_INVALID_CHAR');
      await until(() => server.openSockets === 0);
      assert.equal(server.requests.length, 0);
    });

    it('is used again if the next preparation gives none', async (t) => {
      const { server, hooks, client } = await open(t, 1);
      await client.send(server.origin);
      // undici 7 drops the client of a closed connection, also if it has the next request already.
      await until(() => server.openSockets === 0);
      hooks.givesFields = false;
      for (let index = 0; index < 2; index += 1) await client.send(server.origin);
      assert.deepEqual(proofs(server), ['Toy 1', undefined, undefined]);
      assert.equal(server.sockets.length, 2);
    });
  });
}

describe('setFieldsOfFirstRequest', () => {
  async function openSocket(t: TestContext): Promise<{ socket: Socket; received: () => string }> {
    let text = '';
    const server = createServer((peer) => {
      peer.on('data', (chunk) => {
        text += chunk;
      });
    });
    const socket = connect(await listen(server), '127.0.0.1');
    await once(socket, 'connect');
    t.after(() => {
      socket.destroy();
      server.close();
    });
    return { socket, received: () => text };
  }

  it('changes the first head only', async (t) => {
    const { socket, received } = await openSocket(t);
    setFieldsOfFirstRequest(socket, { Authorization: 'Toy 1' });
    const rest = 'Host: a\r\n\r\n';
    const head = `GET / HTTP/1.1\r\n${rest}`;
    socket.write(head, 'latin1');
    socket.write(head, 'latin1');
    const expected = `GET / HTTP/1.1\r\nAuthorization: Toy 1\r\n${rest}${head}`;
    await until(() => received().length === expected.length);
    assert.equal(received(), expected);
  });

  it('destroys the connection if something else is written first', async (t) => {
    for (const first of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'GET / ', '\r\nabc']) {
      const { socket, received } = await openSocket(t);
      setFieldsOfFirstRequest(socket, { Authorization: 'Toy 1' });
      assert.equal(socket.write(first), false);
      assert.equal(socket.destroyed, true);
      assert.equal(received(), '');
    }
  });
});
