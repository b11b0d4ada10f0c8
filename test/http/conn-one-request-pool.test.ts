import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, it, type TestContext } from 'node:test';
import { request as requestOther } from 'undici6';
import { prepareToy, ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf, until } from './support/conn-checks.js';
import { UNDICIS, type UndiciClient } from './support/conn-undici.js';

interface Bench {
  readonly server: ToyServer;
  readonly hooks: ToyHooks;
  readonly client: UndiciClient;
}

/** Headers that undici refuses. fetch passes only the first. */
const REFUSED: Readonly<Record<string, unknown>> = {
  'a field that undici writes': { 'Keep-Alive': 'x' },
  'an invalid name': { 'bad header': 'x' },
  'a string': 'abc',
  'a pair of another type': [[1, 'x']],
  'a list without the last value': ['X-Own'],
};

/** Headers in each form that undici takes, with a field that the preparation replaces. */
const FORMS: Readonly<Record<string, unknown>> = {
  'an object': { AUTHORIZATION: 'Basic c2VjcmV0', 'X-Other': ['kept', 'too'] },
  pairs: new Map([
    ['Authorization', 'Basic c2VjcmV0'],
    ['X-Other', 'kept, too'],
  ]),
  'a list': ['authorization', 'Basic c2VjcmV0', 'X-Other', 'kept, too', 'Authorization', 'x'],
};

for (const [name, openClient] of Object.entries(UNDICIS)) {
  describe(`the pool for one request at a time with ${name}`, () => {
    async function open(t: TestContext, connections?: number): Promise<Bench> {
      const server = await ToyServer.open();
      t.after(() => server.close());
      const hooks = new ToyHooks(server.origin);
      hooks.isForOneRequest = true;
      const client = await openClient(hooks, connections);
      t.after(() => client.close());
      return { server, hooks, client };
    }

    /** Fails if a connection is left, or if the next request gets none. */
    async function checkNext({ server, client }: Bench): Promise<void> {
      await until(() => server.openSockets === 0);
      server.prepare = (_, response) => response.end();
      server.respond = (_, response) => response.end('hello');
      assert.equal((await client.send(`${server.origin}/next`)).status, 200);
      await until(() => server.openSockets === 0);
    }

    for (const [what, headers] of Object.entries(REFUSED)) {
      if (name === 'fetch' && what !== 'a field that undici writes') continue;
      it(`connects nothing for a request that undici refuses: ${what}`, async (t) => {
        const bench = await open(t, 1);
        const { server, client } = bench;
        const sent = client.send(server.origin, { headers: headers as never });
        assert.equal(await codeOfRequest(sent), 'UND_ERR_INVALID_ARG');
        await checkNext(bench);
        assert.equal(server.rawSockets.length, 1);
      });
    }

    for (const [form, headers] of Object.entries(FORMS)) {
      if (name === 'fetch' && form === 'a list') continue;
      it(`replaces a field in ${form}`, async (t) => {
        const { server, client } = await open(t);
        await client.send(server.origin, { headers: headers as never });
        const [seen] = server.requests;
        assert.equal(seen?.headers.authorization, 'Toy 1');
        assert.match(String(seen?.headers['x-other']), /^kept, ?too$/);
      });
    }

    for (const reason of [undefined, null, 0, '', false]) {
      it(`ends a request that is aborted with ${JSON.stringify(reason)} while it connects`, async (t) => {
        const bench = await open(t, 1);
        const { server, client } = bench;
        server.prepare = () => {};
        const controller = new AbortController();
        const { signal } = controller;
        const failed = client.send(server.origin, { signal }).then(
          () => 'sent',
          () => 'failed',
        );
        await until(() => server.preparations.length === 1);
        controller.abort(reason);
        assert.equal(await failed, 'failed');
        await checkNext(bench);
      });
    }

    it('closes a connection whose fields cannot be sent', async (t) => {
      const bench = await open(t, 1);
      const { server, hooks, client } = bench;
      hooks.instead = async (connection) => {
        await prepareToy(connection, 1);
        return { authorization: 'Toy\r\nx: y' };
      };
      assert.equal(await codeOfRequest(client.send(server.origin)), 'ERR_INVALID_CHAR');
      hooks.instead = undefined;
      await checkNext(bench);
      assert.equal(server.requests.length, 1);
    });

    it('sets no field of a request to another origin', async (t) => {
      const { server, client } = await open(t);
      const other = await ToyServer.open();
      t.after(() => other.close());
      const answers: Promise<unknown>[] = [];
      let isSending = false;
      const send = () => {
        if (isSending) return;
        isSending = true;
        answers.push(requestOther(other.origin));
        isSending = false;
      };
      const channels = ['undici:request:create', 'undici:client:beforeConnect'];
      for (const channel of channels) subscribe(channel, send);
      try {
        await client.send(server.origin);
        await Promise.all(answers);
      } finally {
        for (const channel of channels) unsubscribe(channel, send);
      }
      assert.equal(server.requests[0]?.headers.authorization, 'Toy 1');
      assert.ok(other.requests.length > 1);
      for (const { headers } of other.requests) assert.equal(headers.authorization, undefined);
    });

    it('connects nothing for a request that was aborted before', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      await assert.rejects(client.send(server.origin, { signal: AbortSignal.abort() }), ABORTED);
      await checkNext(bench);
      assert.equal(server.rawSockets.length, 1);
    });

    it('connects nothing for a request that is aborted at once', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      const controller = new AbortController();
      const sent = client.send(server.origin, { signal: controller.signal });
      controller.abort();
      await assert.rejects(sent, ABORTED);
      await checkNext(bench);
      assert.deepEqual(server.preparations, ['1']);
    });

    it('ends the wait of a request that is aborted', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      const answers: (() => void)[] = [];
      server.respond = (_, response) => void answers.push(() => response.end('hello'));
      const first = client.send(`${server.origin}/first`);
      await until(() => answers.length === 1);
      const controller = new AbortController();
      const second = client.send(`${server.origin}/second`, { signal: controller.signal });
      const third = client.send(`${server.origin}/third`);
      setImmediate(() => controller.abort());
      await assert.rejects(second, ABORTED);
      answers[0]?.();
      await until(() => answers.length === 2);
      answers[1]?.();
      assert.equal((await first).status, 200);
      assert.equal((await third).status, 200);
      await checkNext(bench);
      const targets = server.requests.map(({ target }) => target);
      assert.deepEqual(targets, ['/first', '/third', '/next']);
      assert.equal(server.rawSockets.length, 3);
    });

    it('ends the preparation for a request that is aborted', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      server.prepare = () => {};
      const controller = new AbortController();
      const sent = client.send(server.origin, { signal: controller.signal });
      await Promise.all([
        assert.rejects(sent, ABORTED),
        until(() => server.preparations.length === 1).then(() => controller.abort()),
      ]);
      await checkNext(bench);
      assert.equal(server.requests.length, 1);
    });

    it('ends the connection of a request that is aborted under way', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      const controller = new AbortController();
      server.respond = () => controller.abort();
      await assert.rejects(client.send(server.origin, { signal: controller.signal }), ABORTED);
      await checkNext(bench);
    });

    it('goes on after the server reset a prepared connection', async (t) => {
      const bench = await open(t, 1);
      const { server, client } = bench;
      server.prepare = ({ socket }, response) => {
        response.end(() => socket.resetAndDestroy());
      };
      await assert.rejects(client.send(server.origin));
      await checkNext(bench);
    });

    it('fails a request when the hooks are closed at any time after the preparation', async (t) => {
      for (let depth = 0; depth < 20; depth += 1) {
        const { server, hooks, client } = await open(t, 1);
        hooks.instead = async (connection) => {
          const fields = await prepareToy(connection, 1);
          closeLater(hooks, depth);
          return fields;
        };
        assert.equal(await codeOfRequest(client.send(server.origin)), 'TOY_CLOSED');
        await until(() => server.openSockets === 0);
      }
    });

    it('waits in close() for its requests, and refuses others', async (t) => {
      const { server, client } = await open(t, 1);
      const answers: (() => void)[] = [];
      server.respond = (_, response) => void answers.push(() => response.end('hello'));
      const sent = [1, 2].map(() => client.send(server.origin));
      await until(() => answers.length === 1);
      let isClosed = false;
      const closed = client.dispatcher.close().then(() => {
        isClosed = true;
      });
      assert.equal(await codeOfRequest(client.send(server.origin)), 'UND_ERR_CLOSED');
      answers[0]?.();
      await until(() => answers.length === 2);
      assert.equal(isClosed, false);
      answers[1]?.();
      for (const { status } of await Promise.all(sent)) assert.equal(status, 200);
      await closed;
      assert.equal(await codeOfRequest(client.send(server.origin)), 'UND_ERR_DESTROYED');
      await until(() => server.openSockets === 0);
      assert.equal(server.rawSockets.length, 2);
    });

    it('ends its requests in destroy(), whatever they wait for', async (t) => {
      const { server, client } = await open(t, 2);
      let isSent = false;
      server.respond = () => {
        isSent = true;
      };
      server.prepare = (_, response) => {
        if (server.preparations.length === 1) response.end();
      };
      const codes = [1, 2, 3].map(() => codeOfRequest(client.send(server.origin)));
      await until(() => isSent && server.preparations.length === 2);
      await client.dispatcher.destroy();
      assert.deepEqual(await Promise.all(codes), Array(3).fill('UND_ERR_DESTROYED'));
      assert.equal(await codeOfRequest(client.send(server.origin)), 'UND_ERR_DESTROYED');
      await until(() => server.openSockets === 0);
      assert.equal(server.rawSockets.length, 2);
    });
  });
}

const ABORTED = { name: 'AbortError' };

/** Closes the hooks so many microtasks later. */
async function closeLater(hooks: ToyHooks, depth: number): Promise<void> {
  for (let index = 0; index < depth; index += 1) await undefined;
  hooks.close();
}

/** The code of the error of a request. fetch has it in the cause. */
function codeOfRequest(sent: Promise<unknown>): Promise<unknown> {
  return codeOf(sent.catch((error) => Promise.reject(error.cause ?? error)));
}
