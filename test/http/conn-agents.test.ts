import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type Agent } from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import { describe, it } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { assertEmpty, openAgent, openBench } from './support/conn-agent-bench.js';
import { prepareToy, ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf, listenersOf, until } from './support/conn-checks.js';
import { send, TEN_MEGABYTES, tenMegabytes } from './support/conn-send.js';

/** An agent of Node that resumes no TLS session. */
class SessionlessAgent extends https.Agent {
  override createConnection(options: https.RequestOptions): TLSSocket {
    return tls.connect({ ...(options as tls.ConnectionOptions), rejectUnauthorized: false });
  }
}

/** The only idle connection of an agent. */
function idleSocket(agent: Agent): Socket {
  const [socket, ...others] = Object.values(agent.freeSockets).flat();
  assert.equal(others.length, 0);
  return socket ?? assert.fail('there is no idle connection');
}

for (const protocol of ['http:', 'https:'] as const) {
  describe(`a prepared agent for ${protocol}`, () => {
    it('prepares a connection once for many requests', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      for (let index = 0; index < 5; index += 1) {
        const { answer } = send(`${server.origin}/${index}`, { agent });
        assert.deepEqual(await answer, { status: 200, body: 'hello' });
      }
      assert.deepEqual(server.preparations, ['1']);
      assert.equal(server.sockets.length, 1);
      assert.equal(server.requests.length, 5);
    });

    it('gives prepare the path of the request', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
      await send(`${server.origin}/a?b=c`, { agent }).answer;
      assert.equal(hooks.connections[0]?.path, '/a?b=c');
      assert.equal(hooks.connections[0]?.destination.origin, server.origin);
    });

    it('leaves an idle connection with the listeners of a bare agent', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      const Bare = protocol === 'http:' ? http.Agent : SessionlessAgent;
      const bare = new Bare({ keepAlive: true });
      t.after(() => bare.destroy());
      await send(server.origin, { agent: bare }).answer;
      for (let index = 0; index < 3; index += 1) await send(server.origin, { agent }).answer;
      await until(() => Object.keys(agent.freeSockets).length > 0);
      assert.deepEqual(listenersOf(idleSocket(agent)), listenersOf(idleSocket(bare)));
    });

    it('sends a body that can be read once', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      const { answer } = send(`${server.origin}/up`, { agent, method: 'POST' }, tenMegabytes());
      assert.equal((await answer).status, 200);
      assert.equal(server.requests.length, 1);
      assert.equal(server.requests[0]?.length, TEN_MEGABYTES);
    });

    it('counts connections in the making for maxSockets', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxSockets: 4 });
      const all = Array.from({ length: 40 }, () => send(server.origin, { agent }).answer);
      for (const { status } of await Promise.all(all)) assert.equal(status, 200);
      assert.equal(server.rawSockets.length, 4);
      assert.deepEqual(server.preparations, ['1', '2', '3', '4']);
    });

    it('makes many connections at once without a warning', async (t) => {
      const { server, agent } = await openBench(t, protocol);
      const warnings: Error[] = [];
      const listener = (warning: Error) => warnings.push(warning);
      process.on('warning', listener);
      t.after(() => process.off('warning', listener));
      await Promise.all(Array.from({ length: 40 }, () => send(server.origin, { agent }).answer));
      assert.equal(server.rawSockets.length, 40);
      assert.deepEqual(warnings, []);
    });

    it('counts connections in the making for maxTotalSockets', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxTotalSockets: 2 });
      const all = Array.from({ length: 20 }, () => send(server.origin, { agent }).answer);
      for (const { status } of await Promise.all(all)) assert.equal(status, 200);
      assert.deepEqual(server.preparations, ['1', '2']);
    });

    it('starts the next request of another origin after a failure', async (t) => {
      const server = await ToyServer.open(protocol);
      const other = await ToyServer.open(protocol);
      t.after(() => server.close());
      t.after(() => other.close());
      const hooks = new ToyHooks(server.origin, other.origin);
      const agent = await openAgent(t, protocol, hooks, { maxTotalSockets: 1 });
      server.prepare = (_, response) => response.writeHead(500).end();
      const failing = send(server.origin, { agent }).answer;
      const { answer } = send(other.origin, { agent });
      assert.equal(await codeOf(failing), 'TOY_REFUSED');
      assert.equal((await answer).status, 200);
    });

    it('fails only the request whose preparation fails', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxSockets: 1 });
      server.prepare = (_, response) => {
        response.writeHead(server.preparations.length === 1 ? 500 : 200).end();
      };
      const all = Array.from({ length: 5 }, () => send(server.origin, { agent }).answer);
      const [first, ...others] = await Promise.allSettled(all);
      assert.equal(first?.status === 'rejected' && first.reason.code, 'TOY_REFUSED');
      for (const { status } of others) assert.equal(status, 'fulfilled');
      assert.equal(server.rawSockets.length, 2);
    });

    it('fails each request whose preparation fails', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol, { maxSockets: 2 });
      server.prepare = (_, response) => response.writeHead(500).end();
      const all = Array.from({ length: 10 }, () => codeOf(send(server.origin, { agent }).answer));
      assert.deepEqual(await Promise.all(all), Array(10).fill('TOY_REFUSED'));
      assert.equal(hooks.connections.length, 10);
      assertEmpty(agent);
      await until(() => server.openSockets === 0);
    });

    it('makes one connection for each request that waits', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxSockets: 2 });
      server.respond = (_, response) => {
        // Both connections end at once while two requests wait.
        if (server.requests.length === 2) for (const one of server.rawSockets) one.destroy();
        else if (server.requests.length > 2) response.end('hello');
      };
      const requests = Array.from({ length: 4 }, () => send(server.origin, { agent }).answer);
      const results = await Promise.allSettled(requests);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['rejected', 'rejected', 'fulfilled', 'fulfilled'],
      );
      assert.equal(server.rawSockets.length, 4);
    });
  });

  describe(`a prepared agent for ${protocol} rejects`, () => {
    it('another origin, before anything is connected', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
      const other = await ToyServer.open(protocol);
      t.after(() => other.close());
      assert.equal(await codeOf(send(other.origin, { agent }).answer), 'TOY_ORIGIN');
      assert.equal(
        await codeOf(send(`${protocol}//[::1]:${server.port}`, { agent }).answer),
        'TOY_ORIGIN',
      );
      assert.equal(other.rawSockets.length, 0);
      assert.equal(hooks.connections.length, 0);
      assertEmpty(agent);
    });

    it('another origin at once, although the pool is full', async (t) => {
      const { server, agent } = await openBench(t, protocol, { maxTotalSockets: 1 });
      server.prepare = () => {};
      send(server.origin, { agent });
      assert.equal(await codeOf(send(`${protocol}//127.0.0.1:1`, { agent }).answer), 'TOY_ORIGIN');
    });

    it('a host that is more than a name', async (t) => {
      const { agent } = await openBench(t, protocol);
      for (const host of ['user@127.0.0.1', '127.0.0.1/x', '127.0.0.1?x', '127.0.0.1#', 'a b']) {
        const { answer } = send(`${protocol}//x`, { agent, host, hostname: host });
        assert.equal(await codeOf(answer), 'ERR_OUT_OF_RANGE', host);
      }
    });

    it('socketPath', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
      const { answer } = send(server.origin, { agent, socketPath: '/tmp/socket' });
      assert.equal(await codeOf(answer), 'ERR_INVALID_ARG_TYPE');
      assert.equal(hooks.connections.length, 0);
    });
  });

  describe(`onAnswer of a prepared agent for ${protocol}`, () => {
    it('sees the status of each answer and its connection', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol);
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
      await send(server.origin, { agent }).answer;
      await send(server.origin, { agent, headers: { 'X-Own': 'abc' } }).answer;
      assert.deepEqual(seen, [0, 404, false, 0, 404, true]);
      assert.equal(server.rawSockets.length, 1);
    });

    it('ends a connection, although its request has more to send', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol, { maxSockets: 1 });
      hooks.onAnswer = (_, status) => (status === 401 ? 'close' : 'keep');
      server.readsBody = false;
      const { answer } = send(server.origin, { agent, method: 'POST' }, tenMegabytes());
      server.respond = ({ method }, response) => {
        response.writeHead(method === 'POST' ? 401 : 200).end('hello');
      };
      const next = send(server.origin, { agent }).answer;
      // The end of the connection may be seen before the answer, but not instead of an end.
      await Promise.allSettled([answer]);
      assert.equal((await next).status, 200);
      assert.equal(server.rawSockets.length, 2);
    });

    it('ends a connection, although a request waits for it', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol, { maxSockets: 1 });
      hooks.onAnswer = () => 'close';
      const all = [1, 2, 3].map(() => send(server.origin, { agent }).answer);
      for (const { status, body } of await Promise.all(all)) {
        assert.deepEqual([status, body], [200, 'hello']);
      }
      assert.equal(server.rawSockets.length, 3);
      await until(() => server.openSockets === 0);
      assertEmpty(agent);
    });

    it('does not keep the content of an answer that nobody reads', async (t) => {
      const { server, hooks, agent } = await openBench(t, protocol, { maxSockets: 1 });
      hooks.onAnswer = () => 'keep';
      server.respond = (_, response) => response.end(Buffer.alloc(1_000_000));
      const module = protocol === 'http:' ? http : https;
      const request = module.request(server.origin, { agent }).end();
      await once(request, 'close');
      assert.equal((await send(server.origin, { agent }).answer).body.length, 1_000_000);
      assert.equal(server.rawSockets.length, 1);
    });
  });
}

describe('a prepared agent', () => {
  it('connects for a caller of createConnection', async (t) => {
    const { server, agent } = await openBench(t, 'http:');
    const options = { host: '127.0.0.1', port: server.port };
    const socket = await new Promise<unknown>((resolve, reject) => {
      const callback = (error: Error | null, made: unknown) =>
        error ? reject(error) : resolve(made);
      agent.createConnection(options, callback);
    });
    assert.ok(socket instanceof net.Socket);
    socket.destroy();
    assert.deepEqual(server.preparations, ['1']);
    assertEmpty(agent);
  });

  it('fails a caller of createConnection for another origin', async (t) => {
    const { agent } = await openBench(t, 'http:');
    const error = await new Promise<unknown>((resolve) => {
      agent.createConnection({ host: '127.0.0.1', port: 1 }, resolve);
    });
    assert.equal((error as { code?: string }).code, 'TOY_ORIGIN');
    assertEmpty(agent);
  });

  for (const [name, value] of Object.entries({
    ca: [],
    rejectUnauthorized: false,
    servername: 'other.example',
    checkServerIdentity: () => undefined,
  })) {
    it(`rejects the option ${name} of a request`, async (t) => {
      const { server, agent } = await openBench(t, 'https:');
      await assert.rejects(send(server.origin, { agent, [name]: value }).answer, {
        code: 'ERR_INVALID_ARG_TYPE',
        message: new RegExp(`${name}.*the options of TLS belong to the agents`),
      });
      assert.equal(server.openSockets, 0);
      assertEmpty(agent);
    });
  }

  it('takes options of TLS in a request that are those of the agent, or the defaults', async (t) => {
    const { server, hooks, agent } = await openBench(t, 'https:');
    const { checkServerIdentity } = tls;
    for (const own of [
      {},
      { servername: '', rejectUnauthorized: true, checkServerIdentity, ca: undefined },
    ]) {
      assert.equal((await send(server.origin, { agent, ...own }).answer).status, 200);
    }
    assert.ok(hooks.connections.length > 0);
  });

  it('verifies and names the origin, whatever the field Host says, and uses one connection', async (t) => {
    const { server, hooks, agent } = await openBench(t, 'https:');
    for (const host of ['localhost', 'other.example', '127.0.0.1']) {
      assert.equal((await send(server.origin, { agent, headers: { host } }).answer).status, 200);
    }
    assert.equal(hooks.connections.length, 1);
    const [socket] = server.sockets as (TLSSocket & { servername: string | false })[];
    assert.equal(socket?.servername, false);
  });

  it('rejects a certificate of the name in the field Host', async (t) => {
    const checked: string[] = [];
    const { server, agent } = await openBench(t, 'https:', {
      checkServerIdentity: (name) => {
        checked.push(name);
        return new Error('not this one');
      },
    });
    const headers = { host: 'other.example' };
    await assert.rejects(send(server.origin, { agent, headers }).answer, /not this one/);
    assert.deepEqual(checked, ['127.0.0.1']);
  });

  it('resumes no TLS session', async (t) => {
    const { server, hooks, agent } = await openBench(t, 'https:');
    const resumed: boolean[] = [];
    hooks.instead = async (connection) => {
      resumed.push((connection.socket as TLSSocket).isSessionReused());
      await prepareToy(connection, 1);
      return undefined;
    };
    for (let index = 0; index < 3; index += 1) {
      await send(server.origin, { agent, headers: { connection: 'close' } }).answer;
    }
    assert.deepEqual(resumed, [false, false, false]);
  });

  it('hands over a socket that reads on after the preparation read it', async (t) => {
    const { hooks, server, agent } = await openBench(t, 'http:');
    hooks.instead = async (connection) => {
      await prepareToy(connection, 1);
      await prepareToy(connection, 2);
      return undefined;
    };
    assert.equal((await send(server.origin, { agent }).answer).body, 'hello');
    assert.deepEqual(server.preparations, ['1', '2']);
  });
});
