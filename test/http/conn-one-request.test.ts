import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import http, { type Agent, type ClientRequest } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { PreparedHttpAgent, PreparedHttpsAgent } from '../../src/http/connection/http-agents.js';
import { certificate, prepareToy, ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf, until } from './support/conn-checks.js';
import { send, TEN_MEGABYTES, tenMegabytes } from './support/conn-send.js';
import { UNDICIS, type UndiciRequest } from './support/conn-undici.js';

type Protocol = 'http:' | 'https:';

interface Bench {
  readonly server: ToyServer;
  readonly hooks: ToyHooks;
}

async function openServer(t: TestContext, protocol: Protocol): Promise<Bench> {
  const server = await ToyServer.open(protocol);
  t.after(() => server.close());
  const hooks = new ToyHooks(server.origin);
  hooks.isForOneRequest = true;
  return { server, hooks };
}

async function open(
  t: TestContext,
  protocol: Protocol,
  maxSockets = Number.POSITIVE_INFINITY,
): Promise<Bench & { readonly agent: Agent }> {
  const bench = await openServer(t, protocol);
  const { cert: ca } = await certificate();
  const PreparedAgent = protocol === 'http:' ? PreparedHttpAgent : PreparedHttpsAgent;
  const agent = new PreparedAgent(bench.hooks, { ca, maxSockets });
  t.after(() => agent.destroy());
  return { ...bench, agent };
}

/** The proof that each connection of the server got: one, and not that of another. */
function proofs({ server }: Bench): unknown[] {
  return server.requests.map(({ headers }) => headers.authorization);
}

for (const protocol of ['http:', 'https:'] as const) {
  const { request: newRequest } = protocol === 'http:' ? http : https;

  describe(`a connection for one request of an agent for ${protocol}`, () => {
    it('carries the fields of its own preparation', async (t) => {
      const bench = await open(t, protocol);
      const { server, agent } = bench;
      for (let index = 0; index < 3; index += 1) {
        assert.equal((await send(server.origin, { agent }).answer).status, 200);
      }
      assert.deepEqual(proofs(bench), ['Toy 1', 'Toy 2', 'Toy 3']);
      assert.deepEqual(
        server.requests.map(({ connection }) => connection),
        [0, 1, 2],
      );
      for (const { headers } of server.requests) assert.equal(headers.connection, 'close');
      await until(() => server.openSockets === 0);
    });

    for (const maxSockets of [1, 4]) {
      it(`is one of at most ${maxSockets}, and no request gets another's`, async (t) => {
        const bench = await open(t, protocol, maxSockets);
        const { server, agent } = bench;
        let most = 0;
        server.respond = (request, response) => {
          most = Math.max(most, server.openSockets);
          response.end(String(server.sockets.indexOf(request.socket)));
        };
        const all = Array.from({ length: 12 }, () => send(server.origin, { agent }).answer);
        for (const { status } of await Promise.all(all)) assert.equal(status, 200);
        assert.equal(new Set(proofs(bench)).size, 12);
        assert.equal(new Set(server.requests.map(({ connection }) => connection)).size, 12);
        assert.ok(most <= maxSockets);
        for (const { connection, headers } of server.requests) {
          assert.equal(headers.authorization, `Toy ${server.preparations[connection]}`);
        }
      });
    }

    it('carries a body that can be read once', async (t) => {
      const bench = await open(t, protocol);
      const { server, agent } = bench;
      const { answer } = send(server.origin, { agent, method: 'POST' }, tenMegabytes());
      assert.equal((await answer).status, 200);
      assert.equal(server.requests[0]?.length, TEN_MEGABYTES);
      assert.deepEqual(proofs(bench), ['Toy 1']);
    });

    const HEADS: Readonly<Record<string, (request: ClientRequest) => void>> = {
      'write() and end()': (request) => {
        request.write('one ');
        request.end('two');
      },
      'write() of bytes': (request) => {
        request.write(Buffer.from('one '));
        request.end(Buffer.from('two'));
      },
      'end() with the body': (request) => void request.end('one two'),
      'flushHeaders() first': (request) => {
        request.flushHeaders();
        request.end('one two');
      },
      'a length of its own': (request) => {
        request.setHeader('content-length', 7);
        request.write('one ');
        request.end('two');
      },
      'a corked body': (request) => {
        request.cork();
        request.write('one ');
        request.write('two');
        request.uncork();
        request.end();
      },
    };
    for (const [how, write] of Object.entries(HEADS)) {
      it(`carries the fields with ${how}`, async (t) => {
        const bench = await open(t, protocol);
        const { server, agent } = bench;
        const request = newRequest(server.origin, { agent, method: 'POST' });
        request.setHeader('Authorization', 'Basic c2VjcmV0');
        request.setHeader('X-Other', 'kept');
        write(request);
        const [response] = await once(request, 'response');
        response.resume();
        await once(response, 'end');
        assert.equal(server.requests.length, 1);
        assert.equal(server.requests[0]?.length, 7);
        assert.deepEqual(proofs(bench), ['Toy 1']);
        assert.equal(server.requests[0]?.headers['x-other'], 'kept');
      });
    }

    for (const [form, headers] of Object.entries<RequestOptions['headers']>({
      'a list': ['Host', 'toy', 'AUTHORIZATION', 'Basic c2VjcmV0', 'X-Other', 'kept'] as never,
      'an object with Expect': { Expect: '100-continue', 'X-Other': 'kept' },
    })) {
      it(`carries the fields with ${form} of headers`, async (t) => {
        const bench = await open(t, protocol);
        const { server, agent } = bench;
        const request = newRequest(server.origin, { agent, method: 'POST', headers });
        request.on('continue', () => request.end('one two'));
        if (form === 'a list') request.end('one two');
        const [response] = await once(request, 'response');
        response.resume();
        await once(response, 'end');
        assert.deepEqual(proofs(bench), ['Toy 1']);
        assert.equal(server.requests[0]?.headers['x-other'], 'kept');
        assert.equal(server.requests[0]?.length, 7);
      });
    }

    it('keeps callbacks and drain of a body that waits', async (t) => {
      const { server, hooks, agent } = await open(t, protocol);
      const gate = new EventEmitter();
      hooks.instead = async (connection) => {
        const fields = await prepareToy(connection, 1);
        setImmediate(() => gate.emit('prepared'));
        await once(gate, 'open');
        return fields;
      };
      const request = newRequest(server.origin, { agent, method: 'POST' });
      const written: string[] = [];
      assert.equal(
        request.write(Buffer.alloc(1_000_000), () => written.push('write')),
        false,
      );
      request.once('drain', () => {
        written.push('drain');
        request.end(() => written.push('end'));
      });
      await once(gate, 'prepared');
      assert.deepEqual(written, []);
      gate.emit('open');
      const [response] = await once(request, 'response');
      response.resume();
      await once(response, 'end');
      assert.deepEqual(written.sort(), ['drain', 'end', 'write']);
      assert.equal(server.requests[0]?.length, 1_000_000);
    });

    it('sends nothing of a request whose preparation fails', async (t) => {
      const { server, agent } = await open(t, protocol, 1);
      server.prepare = (_, response) => {
        response.writeHead(server.preparations.length === 1 ? 500 : 200).end();
      };
      const body = Readable.from(['one ', 'two']);
      const failing = send(server.origin, { agent, method: 'POST' }, body).answer;
      const { answer } = send(server.origin, { agent });
      assert.equal(await codeOf(failing), 'TOY_REFUSED');
      assert.equal((await answer).status, 200);
      assert.equal(server.requests.length, 1);
    });

    it('is closed when its request is destroyed during the preparation', async (t) => {
      const { server, agent } = await open(t, protocol);
      server.prepare = () => {};
      const { request, answer } = send(server.origin, { agent, method: 'POST' }, tenMegabytes());
      await until(() => server.preparations.length === 1);
      request.destroy();
      assert.equal(await codeOf(answer), 'ECONNRESET');
      await until(() => server.openSockets === 0);
      assert.equal(server.requests.length, 0);
    });

    it('is closed if its fields cannot be sent', async (t) => {
      const { server, hooks, agent } = await open(t, protocol);
      hooks.instead = async (connection) => {
        await prepareToy(connection, 1);
        return { authorization: 'Toy\r\nx: y' };
      };
      assert.equal(await codeOf(send(server.origin, { agent }).answer), 'ERR_INVALID_CHAR');
      await until(() => server.openSockets === 0);
      assert.equal(server.requests.length, 0);
    });

    it('is closed if the head was sent before the fields were set', async (t) => {
      const { server, agent } = await open(t, protocol);
      const request = newRequest(server.origin, { agent });
      request.prependListener('socket', () => request.flushHeaders());
      const [error] = await once(
        request.on('response', () => {}),
        'error',
      );
      assert.equal(error.code, 'ERR_HTTP_HEADERS_SENT');
      await until(() => server.openSockets === 0);
    });

    it('needs no fields', async (t) => {
      const bench = await open(t, protocol, 1);
      const { server, hooks, agent } = bench;
      hooks.instead = async (connection) => {
        await prepareToy(connection, 1);
        return undefined;
      };
      await Promise.all([1, 2].map(() => send(server.origin, { agent }).answer));
      assert.deepEqual(proofs(bench), [undefined, undefined]);
      assert.equal(server.sockets.length, 2);
    });
  });

  for (const [name, openClient] of Object.entries(UNDICIS)) {
    describe(`a connection for one request of a dispatcher with ${name} for ${protocol}`, () => {
      async function openDispatcher(t: TestContext, connections?: number) {
        const bench = await openServer(t, protocol);
        const client = await openClient(bench.hooks, connections);
        t.after(() => client.close());
        return { ...bench, client };
      }

      it('carries the fields of its own preparation', async (t) => {
        const bench = await openDispatcher(t);
        const { server, hooks, client } = bench;
        const headers = { Authorization: 'Basic c2VjcmV0', 'X-Other': 'kept' };
        for (let index = 0; index < 3; index += 1) {
          const answer = await client.send(`${server.origin}/${index}`, { headers });
          assert.deepEqual(answer, { status: 200, body: 'hello' });
        }
        assert.deepEqual(proofs(bench), ['Toy 1', 'Toy 2', 'Toy 3']);
        assert.equal(server.sockets.length, 3);
        assert.equal(hooks.connections[1]?.path, '/1');
        assert.equal(server.requests[0]?.headers['x-other'], 'kept');
        for (const { headers } of server.requests) assert.equal(headers.connection, 'close');
        await until(() => server.openSockets === 0);
      });

      it('carries a body that can be read once', async (t) => {
        const bench = await openDispatcher(t);
        const { server, client } = bench;
        const request: UndiciRequest = { method: 'POST', body: tenMegabytes() };
        assert.equal((await client.send(server.origin, request)).status, 200);
        assert.equal(server.requests[0]?.length, TEN_MEGABYTES);
        assert.deepEqual(proofs(bench), ['Toy 1']);
      });

      it('is one of at most 4', async (t) => {
        const bench = await openDispatcher(t, 4);
        const { server, client } = bench;
        let most = 0;
        server.respond = (_, response) => {
          most = Math.max(most, server.openSockets);
          response.end('hello');
        };
        const all = Array.from({ length: 12 }, () => client.send(server.origin));
        for (const { status } of await Promise.all(all)) assert.equal(status, 200);
        assert.equal(new Set(proofs(bench)).size, 12);
        assert.ok(most <= 4);
      });

      it('sends nothing of a request whose preparation fails', async (t) => {
        const { server, client } = await openDispatcher(t, 1);
        server.prepare = (_, response) => {
          response.writeHead(server.preparations.length === 1 ? 500 : 200).end();
        };
        const body = Readable.from([Buffer.from('one two')]);
        const failing = codeOfRequest(client.send(server.origin, { method: 'POST', body }));
        await until(() => server.preparations.length === 1);
        const next = client.send(server.origin);
        assert.equal(await failing, 'TOY_REFUSED');
        assert.equal((await next).status, 200);
        assert.equal(server.requests.length, 1);
      });

      it('is closed when its request was aborted during the preparation', async (t) => {
        const { server, client } = await openDispatcher(t, 1);
        const controller = new AbortController();
        server.prepare = (_, response) => {
          controller.abort();
          response.end();
        };
        await assert.rejects(client.send(server.origin, { signal: controller.signal }));
        await until(() => server.openSockets === 0);
        server.prepare = (_, response) => response.end();
        assert.equal((await client.send(server.origin)).status, 200);
        assert.equal(server.requests.length, 1);
      });

      it('is not made for another origin', async (t) => {
        const { client } = await openDispatcher(t, 1);
        const other = await ToyServer.open(protocol);
        t.after(() => other.close());
        assert.equal(await codeOfRequest(client.send(other.origin)), 'TOY_ORIGIN');
        assert.equal(other.rawSockets.length, 0);
      });

      it('ends when the hooks are closed, and so does what waits for it', async (t) => {
        const { server, hooks, client } = await openDispatcher(t, 1);
        server.respond = () => hooks.close();
        const codes = [1, 2, 3].map(() => codeOfRequest(client.send(server.origin)));
        assert.deepEqual(await Promise.all(codes), Array(3).fill('TOY_CLOSED'));
        await until(() => server.openSockets === 0);
        assert.equal(server.sockets.length, 1);
      });
    });
  }
}

/** The code of the error of a request. fetch has it in the cause. */
function codeOfRequest(sent: Promise<unknown>): Promise<unknown> {
  return codeOf(sent.catch((error) => Promise.reject(error.cause ?? error)));
}
