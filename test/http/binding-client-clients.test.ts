import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { boundAgents, tokenBinding } from '../../src/http.js';
import {
  type BoundServer,
  endConnection,
  fieldsOf,
  hashesOf,
  signingProvider,
  startBound,
} from './support/binding-client-server.js';
import { CLIENTS } from './support/binding-clients.js';
import { until } from './support/conn-checks.js';

/** The error of a request, or its cause where the client has one. */
async function errorOf(sent: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  const error = await sent.then(
    () => assert.fail('it did not fail'),
    (reason) => reason,
  );
  return error.cause ?? error;
}

/** The connections and the fields that a server saw. */
function countSeen({ requests }: BoundServer) {
  return {
    requests: requests.length,
    connections: new Set(requests.map(({ socket }) => socket)).size,
    fields: new Set(requests.flatMap(({ fields }) => fields)).size,
  };
}

for (const [name, open] of Object.entries(CLIENTS)) {
  describe(`${name} with bound agents`, () => {
    it('sends one header per connection', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      using client = await open({ tokenBinding: signing.provider, maxSockets: 1 });
      const answers = [];
      for (let index = 0; index < 3; index++) answers.push(await client.send(server.url()));
      const [first, ...others] = answers.map(({ status, body }) => {
        assert.equal(status, 200);
        return hashesOf(body);
      });
      assert.equal(first?.referred, '');
      for (const other of others) assert.deepEqual(other, first);
      assert.deepEqual(countSeen(server), { requests: 3, connections: 1, fields: 1 });
      assert.equal(signing.signatures, 1);
    });

    it('sends 50 requests over 4 connections with 4 signatures', async () => {
      await using server = await startBound();
      server.respond = (_, response) => void setTimeout(() => response.end('ok'), 2);
      const signing = signingProvider();
      using client = await open({ tokenBinding: signing.provider, maxSockets: 4 });
      const sent = Array.from({ length: 50 }, () => client.send(server.url()));
      for (const { status } of await Promise.all(sent)) assert.equal(status, 200);
      assert.deepEqual(countSeen(server), { requests: 50, connections: 4, fields: 4 });
      assert.equal(signing.signatures, 4);
      // Each connection has one of them.
      for (const socket of server.sockets) {
        const own = server.requests.filter((request) => request.socket === socket);
        assert.equal(new Set(own.map(({ fields }) => String(fields))).size, 1);
      }
    });

    it('signs again for the next connection', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      using client = await open({ tokenBinding: signing.provider });
      const bodies = [];
      for (let index = 0; index < 3; index++) {
        const { status, body } = await client.send(server.url());
        assert.equal(status, 200);
        bodies.push(body);
        await endConnection(server);
      }
      assert.equal(new Set(bodies).size, 1);
      assert.deepEqual(countSeen(server), { requests: 3, connections: 3, fields: 3 });
      assert.equal(signing.signatures, 3);
      // A resumed session would have other keying material too.
      for (const socket of server.sockets) assert.ok(!(socket as TLSSocket).isSessionReused());
    });

    it('signs again after a response that ends its connection', async () => {
      await using server = await startBound();
      server.respond = (_, response) => {
        response.writeHead(200, { connection: 'close' }).end('bye');
      };
      const signing = signingProvider();
      using client = await open({ tokenBinding: signing.provider, maxSockets: 2 });
      const sent = Array.from({ length: 10 }, () => client.send(server.url()));
      for (const { status } of await Promise.all(sent)) assert.equal(status, 200);
      assert.deepEqual(countSeen(server), { requests: 10, connections: 10, fields: 10 });
    });

    it('sends a body', async () => {
      await using server = await startBound();
      using client = await open({ maxSockets: 1 });
      for (const body of ['one', 'two']) {
        assert.equal((await client.send(server.url(), { body })).status, 200);
        assert.equal(await server.requests.at(-1)?.body, body);
      }
      assert.equal(countSeen(server).connections, 1);
    });

    for (const header of ['Sec-Token-Binding', 'sec-token-binding']) {
      it(`rejects the field ${header} of the application`, async () => {
        await using server = await startBound();
        using client = await open({ maxSockets: 1 });
        // On no connection yet, and on one that is there.
        for (let round = 0; round < 2; round++) {
          const error = await errorOf(client.send(server.url(), { headers: { [header]: 'AIk' } }));
          assert.equal(error.code, 'ERR_INVALID_ARG_TYPE');
          assert.match(error.message, /the header sec-token-binding must be absent/);
          assert.equal(server.requests.length, round);
          assert.equal((await client.send(server.url())).status, 200);
        }
        assert.equal(countSeen(server).connections, 1);
      });
    }

    it('fails when the provider fails', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      signing.before = () => {
        throw Object.assign(new Error('no key'), { code: 'TEST_NO_KEY' });
      };
      using client = await open({ tokenBinding: signing.provider, maxSockets: 1 });
      const failed = [client.send(server.url()), client.send(server.url())].map(errorOf);
      for (const { code } of await Promise.all(failed)) assert.equal(code, 'TEST_NO_KEY');
      signing.before = () => {};
      assert.equal((await client.send(server.url())).status, 200);
      assert.equal(server.requests.length, 1);
    });

    it('fails when the server closes each connection while the client signs', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      signing.before = async () => {
        // On TLS 1.3 the client is ready first.
        await until(() => server.sockets.size > 0);
        for (const socket of server.sockets) socket.destroy();
        await new Promise((resolve) => setTimeout(resolve, 20));
      };
      using client = await open({ tokenBinding: signing.provider });
      const { code } = await errorOf(client.send(server.url()));
      assert.equal(code, 'ECONNRESET');
      assert.equal(server.requests.length, 0);
    });

    it('can be aborted while it signs, and goes on', async () => {
      await using server = await startBound();
      const signing = signingProvider();
      let release = () => {};
      signing.before = () =>
        new Promise((resolve) => {
          release = resolve;
        });
      using client = await open({ tokenBinding: signing.provider, maxSockets: 1 });
      const controller = new AbortController();
      const failed = assert.rejects(client.send(server.url(), { signal: controller.signal }));
      await until(() => signing.signatures === 1);
      controller.abort();
      signing.before = () => {};
      release();
      await failed;
      assert.equal((await client.send(server.url())).status, 200);
      assert.equal(server.requests.length, 1);
    });

    it('fails when the agents are closed, before, during and after a request', async () => {
      await using server = await startBound();
      const client = await open({ maxSockets: 1 });
      let isReceived = false;
      server.respond = () => {
        isReceived = true;
      };
      const sent = [client.send(server.url()), client.send(server.url())].map(errorOf);
      await until(() => isReceived);
      client.agents.close();
      sent.push(errorOf(client.send(server.url())));
      for (const error of await Promise.all(sent)) assert.equal(error.code, 'ECONNRESET');
      assert.equal(server.requests.length, 1);
    });
  });
}

describe('ws with bound agents', () => {
  it('opens a WebSocket that the server verifies', async () => {
    await using server = await startBound();
    const bind = tokenBinding({ required: true });
    const webSockets = new WebSocketServer({ noServer: true });
    const fields: string[] = [];
    server.server.on('upgrade', async (request, socket, head) => {
      fields.push(...fieldsOf(request));
      if (!(await bind.verifyUpgrade(request, socket))) return;
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('message', (text) => webSocket.send(String(text)));
      });
    });
    using agents = boundAgents({ tls: { rejectUnauthorized: false } });
    for (const text of ['one', 'two']) {
      const { httpsAgent: agent } = agents;
      const webSocket = new WebSocket(server.url().replace('https', 'wss'), { agent });
      await once(webSocket, 'open');
      webSocket.send(text);
      const [answer] = await once(webSocket, 'message');
      assert.equal(String(answer), text);
      webSocket.close();
      await once(webSocket, 'close');
    }
    assert.equal(new Set(fields).size, 2);
  });
});
