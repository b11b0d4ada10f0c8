import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import express, { type Express, type Request } from 'express';
import Fastify, { type FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import {
  fastifyNegotiate,
  type HttpAuth,
  type KoaMiddleware,
  koaNegotiate,
  negotiate,
} from '../../src/http-auth.js';
import { accounts, sizeOf } from './support/server-bench.js';
import { fieldsOf, Logon, logOn, RawClient, requestOf } from './support/server-client.js';
import { listen } from './support/server-listen.js';

declare module 'fastify' {
  interface FastifyRequest {
    readonly auth: HttpAuth | undefined;
  }
}

interface KoaContextOfTest {
  readonly req: IncomingMessage;
  body: unknown;
  status: number;
  respond?: boolean;
}
interface KoaApp {
  use(
    middleware:
      | KoaMiddleware
      | ((context: KoaContextOfTest, next: () => Promise<unknown>) => unknown),
  ): void;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
}

const require = createRequire(import.meta.url);
// Neither has types here.
const express4 = require('express4') as () => Express;
const Koa = require('koa') as new () => KoaApp;

/** What each framework must do: `/` and `/again` tell the user, `/error` is an error of the application. */
async function testFramework(port: number): Promise<void> {
  using client = await RawClient.open(port);
  const refused = await client.request();
  assert.equal(refused.status, 401);
  assert.deepEqual(fieldsOf(refused, 'www-authenticate'), ['Negotiate', 'NTLM']);
  const body = 'x'.repeat(70_000);
  const answer = await logOn(client, 'user0', { scheme: 'Negotiate', body });
  assert.deepEqual([answer.status, answer.body], [200, 'EXAMPLE\\user0 70000']);
  assert.match(fieldsOf(answer, 'www-authenticate').join(), /^Negotiate \S+$/);
  const later = await client.request([], 'abc', 'POST /again');
  assert.equal(later.body, 'EXAMPLE\\user0 3');
  assert.equal((await client.request([], undefined, 'GET /error')).status, 500);
  assert.equal((await client.request([], undefined, 'GET /missing')).status, 404);
  assert.equal((await logOn(client, 'user1', { password: 'wrong' })).status, 401);
  assert.equal((await client.request([], 'abc', 'POST /')).status, 401);
}

describe('negotiate() in frameworks', () => {
  for (const [name, create] of [
    ['Express 4', express4],
    ['Express 5', express],
  ] as const) {
    it(`${name}, mounted twice`, async () => {
      const authenticate = negotiate({ accounts });
      const app = create();
      let calls = 0;
      app.use(authenticate);
      app.use((_request, _response, next) => {
        calls += 1;
        next();
      });
      app.use('/', authenticate);
      app.all(['/', '/again'], async (request: Request, response) => {
        response.send(`${request.auth?.name} ${await sizeOf(request)}`);
      });
      app.get('/error', () => {
        throw Object.assign(new Error('failed'), { stack: '' });
      });
      app.set('env', 'test');
      await using running = await listen(createServer(app));
      await testFramework(running.port);
      assert.equal(calls, 4);
      authenticate.close();
    });
  }

  it('Express 5, on a path and in a router', async () => {
    const authenticate = negotiate({ accounts });
    const router = express.Router();
    router.use(authenticate);
    router.get('/', (request, response) => void response.send(request.auth?.name));
    const app = express().use('/private', router);
    app.get('/', (request, response) => void response.send(`public ${request.auth?.name}`));
    await using running = await listen(createServer(app));
    using client = await RawClient.open(running.port);
    assert.equal((await client.request()).body, 'public undefined');
    const logon = await Logon.of('user0');
    const line = 'GET /private';
    const challenge = await client.request([await logon.first()], undefined, line);
    const answer = await client.request([await logon.next(challenge)], undefined, line);
    assert.equal(answer.body, 'EXAMPLE\\user0');
    assert.equal((await client.request()).body, 'public undefined');
    authenticate.close();
  });

  it('Koa', async () => {
    const authenticate = koaNegotiate({ accounts });
    const app = new Koa();
    let passed = 0;
    let respond: boolean | undefined;
    app.use(async (context: KoaContextOfTest, next: () => Promise<unknown>) => {
      await next();
      respond = context.respond;
    });
    app.use(authenticate);
    app.use(authenticate);
    app.use(async (context: KoaContextOfTest) => {
      passed += 1;
      const { url } = context.req;
      if (url === '/error') context.status = 500;
      else if (url !== '/missing') {
        context.body = `${context.req.auth?.name} ${await sizeOf(context.req)}`;
      }
    });
    await using running = await listen(createServer(app.callback()));
    await testFramework(running.port);
    assert.equal(passed, 4);
    assert.equal(respond, false);
    authenticate.close();
  });

  const openFastify = (): FastifyInstance => {
    const app = Fastify();
    app.addContentTypeParser('*', (_request, payload, done) => {
      sizeOf(payload as IncomingMessage).then((size) => done(null, size), done);
    });
    app.removeContentTypeParser(['application/json', 'text/plain']);
    return app;
  };

  it('Fastify, registered twice', async () => {
    const app = openFastify();
    const plugin = fastifyNegotiate({ accounts });
    await app.register(plugin);
    await app.register(plugin);
    const seen: unknown[] = [];
    for (const url of ['/', '/again']) {
      app.all(url, async (request) => {
        assert.equal(request.auth, request.raw.auth);
        seen.push(request.auth?.persisted);
        return `${request.auth?.name} ${request.body ?? 0}`;
      });
    }
    app.get('/error', async () => {
      throw new Error('failed');
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    using client = await RawClient.open(port);
    const fields = ['Content-Type: application/octet-stream'];
    assert.equal((await client.request()).status, 401);
    const answer = await logOn(client, 'user0', {
      scheme: 'Negotiate',
      fields,
      body: 'x'.repeat(70_000),
    });
    assert.equal(answer.body, 'EXAMPLE\\user0 70000');
    assert.match(fieldsOf(answer, 'www-authenticate').join(), /^Negotiate \S+$/);
    assert.equal((await client.request(fields, 'abc', 'POST /again')).body, 'EXAMPLE\\user0 3');
    assert.equal((await client.request([], undefined, 'GET /error')).status, 500);
    assert.equal((await client.request([], undefined, 'GET /missing')).status, 404);
    assert.equal((await logOn(client, 'user1', { password: 'wrong' })).status, 401);
    assert.equal((await client.request(fields, 'abc', 'POST /')).status, 401);
    assert.deepEqual(seen, [false, true]);
    await app.close();
    plugin.close();
  });

  it('Fastify: it holds for the instance that it is registered in, and in inject()', async () => {
    const app = openFastify();
    const plugin = fastifyNegotiate({ accounts });
    await app.register(async (scope) => {
      await scope.register(plugin);
      scope.get('/private', async (request) => request.auth?.name);
    });
    app.get('/', async (request) => `public ${'auth' in request}`);
    assert.equal((await app.inject('/')).body, 'public false');
    const refused = await app.inject('/private');
    assert.equal(refused.statusCode, 401);
    assert.deepEqual(refused.headers['www-authenticate'], ['Negotiate', 'NTLM']);
    await app.listen({ port: 0, host: '127.0.0.1' });
    using client = await RawClient.open((app.server.address() as AddressInfo).port);
    const logon = await Logon.of('user0');
    const line = 'GET /private';
    const challenge = await client.request([await logon.first()], undefined, line);
    const answer = await client.request([await logon.next(challenge)], undefined, line);
    assert.equal(answer.body, 'EXAMPLE\\user0');
    await app.close();
    plugin.close();
  });

  it('Fastify: it is not registered where requests have another decorator auth', async () => {
    const app = openFastify();
    app.decorateRequest('auth');
    const plugin = fastifyNegotiate({ accounts });
    await assert.rejects(async () => app.register(plugin), {
      message:
        'requests already have a decorator auth, of another plugin: it would tell another user',
    });
    await app.close();
    plugin.close();
  });

  it('Fastify: two plugins, in an instance and in a scope within it', async () => {
    const app = openFastify();
    const [one, two] = [fastifyNegotiate({ accounts }), fastifyNegotiate({ accounts })];
    await app.register(one);
    await app.register(async (scope) => {
      await scope.register(two);
      scope.get('/', async (request) => request.auth?.name);
    });
    assert.equal((await app.inject('/')).statusCode, 401);
    await app.close();
    for (const plugin of [one, two]) plugin.close();
  });

  it("'checkContinue' of node:http", async () => {
    const authenticate = negotiate({ accounts });
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      authenticate(request, response, async () => {
        if (request.headers.expect !== undefined) response.writeContinue();
        response.end(`${request.auth?.name} ${await sizeOf(request)}`);
      });
    };
    const server = createServer(serve).on('checkContinue', serve);
    await using running = await listen(server);
    const expect = ['Expect: 100-continue', 'Content-Length: 3'];
    using refused = await RawClient.open(running.port);
    assert.equal((await refused.request(expect, undefined, 'POST /')).status, 401);
    // Node closes it: the client may send the body or not.
    assert.equal(await refused.closed(), '');
    using client = await RawClient.open(running.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    client.write(requestOf([last, ...expect], undefined, 'POST /'));
    assert.equal((await client.answer()).status, 100);
    client.write('abc');
    assert.equal((await client.answer()).body, 'EXAMPLE\\user0 3');
    authenticate.close();
  });
});

describe('upgrade()', () => {
  const upgrade = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];

  async function openWebSockets() {
    const types: string[] = [];
    const authenticate = negotiate({ accounts, onEvent: ({ type }) => types.push(type) });
    const server = createServer((request, response) => {
      authenticate(request, response, () => response.end(request.auth?.name));
    });
    const sockets = new WebSocketServer({ noServer: true });
    const users: unknown[] = [];
    server.on('upgrade', async (request, socket, head) => {
      const auth = await authenticate.upgrade(request, socket);
      users.push(auth?.name);
      if (auth === undefined) return;
      assert.equal(request.auth, auth);
      sockets.handleUpgrade(request, socket, head, (webSocket) => webSocket.terminate());
    });
    const running = await listen(server, () => authenticate.close());
    return Object.assign(running, { types, users });
  }

  it('passes on an authenticated connection', async () => {
    await using running = await openWebSockets();
    using client = await RawClient.open(running.port);
    await logOn(client, 'user0');
    client.write(requestOf(upgrade));
    assert.match(await client.closed(), /^HTTP\/1.1 101 /);
    assert.deepEqual(running.users, ['EXAMPLE\\user0']);
  });

  it('passes with the last token of a handshake', async () => {
    await using running = await openWebSockets();
    using client = await RawClient.open(running.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    client.write(requestOf([last, ...upgrade]));
    assert.match(await client.closed(), /^HTTP\/1.1 101 /);
    assert.deepEqual(running.users, ['EXAMPLE\\user0']);
  });

  it('is answered and closed in every other case', async () => {
    await using running = await openWebSockets();
    const first = await (await Logon.of('user0')).first();
    for (const [status, fields] of [
      [401, []],
      [401, ['Authorization: Bearer abc']],
      [401, [first]],
      [400, ['Authorization: NTLM !']],
      [403, ['X-Forwarded-For: 127.0.0.1']],
      [401, ['Transfer-Encoding: chunked']],
      [401, ['Content-Length: 10']],
    ] as const) {
      using client = await RawClient.open(running.port);
      client.write(requestOf([...fields, ...upgrade]));
      const text = await client.closed();
      assert.match(text, new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*Connection: close\r\n\r\n$`));
      assert.equal(/www-authenticate: NTLM\r\n/i.test(text), status === 401);
    }
    using known = await RawClient.open(running.port);
    await logOn(known, 'user0');
    known.write(requestOf(['X-Forwarded-For: 127.0.0.1', ...upgrade]));
    assert.match(await known.closed(), /^HTTP\/1.1 403 /);
    assert.deepEqual(running.users, Array(8).fill(undefined));
  });

  it('survives a client that disconnects', async () => {
    await using running = await openWebSockets();
    for (const fields of [[], [await (await Logon.of('user0')).first()]]) {
      const client = await RawClient.open(running.port);
      client.write(requestOf([...fields, ...upgrade]));
      client.socket.resetAndDestroy();
    }
    using client = await RawClient.open(running.port);
    assert.equal((await logOn(client, 'user0')).status, 200);
  });
});
