import assert from 'node:assert/strict';
import { once } from 'node:events';
import type http from 'node:http';
import { describe, it } from 'node:test';
import { PATIENT } from '../support/patience.js';
import { assertEmpty, openBench } from './support/conn-agent-bench.js';
import { withCode } from './support/conn-bench.js';
import { codeOf, until } from './support/conn-checks.js';
import { send } from './support/conn-send.js';

for (const protocol of ['http:', 'https:'] as const) {
  describe(`a request of a prepared agent for ${protocol}`, () => {
    const ENDS: Readonly<Record<string, (request: http.ClientRequest) => void>> = {
      ECONNRESET: (request) => request.destroy(),
      TOY_OWN: (request) => request.destroy(withCode('TOY_OWN')),
    };

    for (const [code, end] of Object.entries(ENDS)) {
      it(`ends the making of its connection when it is destroyed (${code})`, async (t) => {
        const { server, hooks, agent } = await openBench(t, protocol, { maxSockets: 1 });
        server.prepare = () => {};
        const { request, answer } = send(server.origin, { agent });
        const closed = once(request, 'close').catch(() => {});
        await until(() => server.preparations.length === 1);
        end(request);
        assert.equal(await codeOf(answer), code);
        await closed;
        assert.equal(hooks.connections[0]?.signal.aborted, true);
        await until(() => server.openSockets === 0);
        assertEmpty(agent);
      });
    }

    it('is destroyed while the connect hook works', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
      let seen: AbortSignal | undefined;
      hooks.connect = (_, signal) => {
        seen = signal;
        return new Promise(() => {});
      };
      const { request, answer } = send(server.origin, { agent });
      request.destroy();
      assert.equal(await codeOf(answer), 'ECONNRESET');
      assert.equal(seen?.aborted, true);
      assertEmpty(agent);
    });

    it('has an AbortSignal', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      server.prepare = () => {};
      const controller = new AbortController();
      const { answer } = send(server.origin, { agent, signal: controller.signal });
      await until(() => server.preparations.length === 1);
      controller.abort();
      assert.equal(await codeOf(answer), 'ABORT_ERR');
      await until(() => server.openSockets === 0);
      assertEmpty(agent);
    });

    it('has no error when abort() ends it', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      server.prepare = () => {};
      const { request } = send(server.origin, { agent });
      request.on('error', (error) => assert.fail(error));
      await until(() => server.preparations.length === 1);
      request.abort();
      await once(request, 'close');
      await until(() => server.openSockets === 0);
    });

    it('leaves its place to the next one when it is destroyed', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxSockets: 1 });
      server.prepare = (_, response) => {
        if (server.preparations.length > 1) response.end();
      };
      const [first, queued, last] = [1, 2, 3].map(() => send(server.origin, { agent }));
      await until(() => server.preparations.length === 1);
      queued?.request.destroy();
      first?.request.destroy();
      assert.equal(await codeOf(first?.answer ?? Promise.resolve()), 'ECONNRESET');
      assert.equal(await codeOf(queued?.answer ?? Promise.resolve()), 'ECONNRESET');
      assert.equal((await last?.answer)?.status, 200);
      assert.equal(server.requests.length, 1);
    });

    it('emits timeout while its connection is in the making', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      server.prepare = () => {};
      const { request, answer } = send(server.origin, { agent, timeout: 20 });
      await once(request, 'timeout');
      request.destroy(withCode('TOY_OWN'));
      assert.equal(await codeOf(answer), 'TOY_OWN');
    });

    it('emits timeout on its connection', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      server.respond = () => {};
      // A request that has arrived has a connection.
      const hasArrived = async (timeout: number) => {
        const { request } = send(`${server.origin}/${timeout}`, { agent, timeout });
        await once(request, 'timeout');
        request.destroy();
        return server.requests.at(-1)?.target === `/${timeout}`;
      };
      let timeout = 20;
      while (!(await hasArrived(timeout))) {
        timeout *= 2;
        assert.ok(timeout < PATIENT);
      }
    });

    it('fails at the time limit of the connection', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
      server.prepare = () => {};
      hooks.timeout = 20;
      assert.equal(await codeOf(send(server.origin, { agent }).answer), 'TOY_TIMEOUT');
      assertEmpty(agent);
    });

    it('fails when the server closes during the preparation', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      server.prepare = ({ socket }) => void socket.destroy();
      assert.equal(await codeOf(send(server.origin, { agent }).answer), 'TOY_ENDED');
      assertEmpty(agent);
    });

    it('fails when the server closes without an answer', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      server.respond = ({ socket }) => void socket.destroy();
      assert.equal(await codeOf(send(server.origin, { agent }).answer), 'ECONNRESET');
      await until(() => Object.keys(agent.sockets).length === 0);
      assertEmpty(agent);
    });
  });

  describe(`the end of a prepared agent for ${protocol}`, () => {
    it('fails what is in the making with the reason of the hooks, and what comes later', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol, { maxSockets: 2 });
      server.prepare = () => {};
      const codes = [1, 2, 3, 4, 5].map(() => codeOf(send(server.origin, { agent }).answer));
      await until(() => server.preparations.length === 2);
      hooks.close();
      assert.deepEqual(await Promise.all(codes), Array(5).fill('TOY_CLOSED'));
      assert.equal(await codeOf(send(server.origin, { agent }).answer), 'TOY_CLOSED');
      assert.equal(server.rawSockets.length, 2);
      await until(() => server.openSockets === 0);
      assertEmpty(agent);
    });

    it('closes idle connections when the hooks are closed', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
      await send(server.origin, { agent }).answer;
      hooks.close();
      await until(() => server.openSockets === 0);
    });

    it('by destroy() fails what is in the making, and serves what waits', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxSockets: 1 });
      server.prepare = (_, response) => {
        if (server.preparations.length > 1) response.end();
      };
      const [first, second] = [1, 2].map(() => send(server.origin, { agent }).answer);
      await until(() => server.preparations.length === 1);
      agent.destroy();
      assert.equal(await codeOf(first ?? Promise.resolve()), 'ECONNRESET');
      assert.equal((await second)?.status, 200);
      agent.destroy();
      await until(() => server.openSockets === 0);
    });
  });
}
