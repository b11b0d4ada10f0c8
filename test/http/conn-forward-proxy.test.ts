import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type Agent, type OutgoingHttpHeaders } from 'node:http';
import net, { type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { PreparedHttpAgent, PreparedHttpsAgent } from '../../src/http/connection/http-agents.js';
import { certificate, ToyHooks, ToyServer } from './support/conn-bench.js';
import { codeOf } from './support/conn-checks.js';
import { send } from './support/conn-send.js';
import { UNDICIS } from './support/conn-undici.js';

const ORIGIN = 'http://intranet.example:8080';

interface Bench {
  /** Stands for the proxy and the origins behind it. */
  readonly proxy: ToyServer;
  readonly hooks: ToyHooks;
}

async function open(t: TestContext, isForOneRequest = false): Promise<Bench> {
  const proxy = await ToyServer.open();
  t.after(() => proxy.close());
  const hooks = new ToyHooks(ORIGIN, 'http://other.example');
  hooks.isForwardProxy = true;
  hooks.isForOneRequest = isForOneRequest;
  hooks.connect = () => connectTo(proxy.port);
  return { proxy, hooks };
}

async function connectTo(port: number): Promise<Socket> {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

function openAgent(t: TestContext, hooks: ToyHooks): Agent {
  const agent = new PreparedHttpAgent(hooks);
  t.after(() => agent.destroy());
  return agent;
}

function targets({ proxy }: Bench): string[] {
  return proxy.requests.map(({ target }) => target);
}

describe('a prepared agent behind a forward proxy', () => {
  it('sends the absolute form of the target', async (t) => {
    const bench = await open(t);
    const agent = openAgent(t, bench.hooks);
    for (const target of ['/', '/a?b=c']) await send(`${ORIGIN}${target}`, { agent }).answer;
    assert.deepEqual(targets(bench), [`${ORIGIN}/`, `${ORIGIN}/a?b=c`]);
    assert.equal(bench.proxy.requests[0]?.headers.host, 'intranet.example:8080');
    assert.equal(bench.hooks.connections[0]?.path, `${ORIGIN}/`);
    assert.equal(bench.proxy.rawSockets.length, 1);
  });

  it('has connections of their own for each origin', async (t) => {
    const bench = await open(t);
    const agent = openAgent(t, bench.hooks);
    await send(ORIGIN, { agent }).answer;
    await send('http://other.example', { agent }).answer;
    assert.deepEqual(targets(bench), [`${ORIGIN}/`, 'http://other.example/']);
    assert.equal(bench.proxy.rawSockets.length, 2);
  });

  for (const [form, headers] of Object.entries<OutgoingHttpHeaders>({
    'a list': ['Host', 'intranet.example:8080', 'X-Other', '/ HTTP/1.1'] as never,
    'an object with Expect': { Expect: '100-continue', 'X-Other': '/ HTTP/1.1' },
  })) {
    for (const isForOneRequest of [false, true]) {
      const kind = isForOneRequest ? 'a connection for one request' : 'a kept connection';
      it(`sends it with ${form} of headers, on ${kind}`, async (t) => {
        const bench = await open(t, isForOneRequest);
        const agent = openAgent(t, bench.hooks);
        const options = { agent, method: 'POST', headers };
        const request = http.request(`${ORIGIN}/$&`, options);
        request.end('one two');
        const [response] = await once(request, 'response');
        response.resume();
        await once(response, 'end');
        assert.deepEqual(targets(bench), [`${ORIGIN}/$&`]);
        const [{ headers: seen, length } = assert.fail()] = bench.proxy.requests;
        assert.equal(seen['x-other'], '/ HTTP/1.1');
        assert.equal(length, 7);
        assert.equal(seen.authorization, isForOneRequest ? 'Toy 1' : undefined);
      });
    }
  }

  it('sends OPTIONS * without a path', async (t) => {
    const bench = await open(t);
    const agent = openAgent(t, bench.hooks);
    await send(ORIGIN, { agent, method: 'OPTIONS', path: '*' }).answer;
    assert.deepEqual(targets(bench), [ORIGIN]);
  });

  for (const path of ['http://evil.example/', '@evil.example/', '.evil.example/', '?a']) {
    it(`rejects the path ${path}`, async (t) => {
      const bench = await open(t);
      const agent = openAgent(t, bench.hooks);
      assert.equal(await codeOf(send(ORIGIN, { agent, path }).answer), 'ERR_OUT_OF_RANGE');
      assert.equal(bench.proxy.rawSockets.length, 0);
    });
  }

  it('rejects another origin before it connects to the proxy', async (t) => {
    const bench = await open(t);
    const agent = openAgent(t, bench.hooks);
    const { answer } = send('http://evil.example', { agent });
    assert.equal(await codeOf(answer), 'TOY_ORIGIN');
    assert.equal(bench.proxy.rawSockets.length, 0);
  });

  it('sends the origin form over TLS', async (t) => {
    const server = await ToyServer.open('https:');
    t.after(() => server.close());
    const hooks = new ToyHooks('https://localhost');
    hooks.isForwardProxy = true;
    hooks.connect = () => connectTo(server.port);
    const { cert: ca } = await certificate();
    const agent = new PreparedHttpsAgent(hooks, { ca });
    t.after(() => agent.destroy());
    await send('https://localhost/a', { agent }).answer;
    assert.deepEqual(targets({ proxy: server, hooks }), ['/a']);
    assert.equal(hooks.connections[0]?.path, '/a');
  });
});

for (const [name, openClient] of Object.entries(UNDICIS)) {
  describe(`a prepared dispatcher with ${name} behind a forward proxy`, () => {
    for (const isForOneRequest of [false, true]) {
      const kind = isForOneRequest ? 'connections for one request' : 'kept connections';
      it(`sends the absolute form of the target on ${kind}`, async (t) => {
        const bench = await open(t, isForOneRequest);
        const client = await openClient(bench.hooks, 1);
        t.after(() => client.close());
        await client.send(`${ORIGIN}/a?b=c`);
        await client.send(ORIGIN, { method: 'POST' });
        assert.deepEqual(targets(bench), [`${ORIGIN}/a?b=c`, `${ORIGIN}/`]);
        assert.equal(bench.proxy.requests[0]?.headers.host, 'intranet.example:8080');
        const path = isForOneRequest ? `${ORIGIN}/a?b=c` : `${ORIGIN}/`;
        assert.equal(bench.hooks.connections[0]?.path, path);
      });
    }

    it('rejects another origin before it connects to the proxy', async (t) => {
      const bench = await open(t);
      const client = await openClient(bench.hooks, 1);
      t.after(() => client.close());
      const sent = client.send('http://evil.example');
      assert.equal(
        await codeOf(sent.catch((error) => Promise.reject(error.cause ?? error))),
        'TOY_ORIGIN',
      );
      assert.equal(bench.proxy.rawSockets.length, 0);
    });
  });
}
