import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import express from 'express';
import { type HttpAuth, negotiate } from '../../src/http-auth.js';
import { accounts, ServerBench } from './support/server-bench.js';
import { logOn, RawClient } from './support/server-client.js';

const claimed: HttpAuth = {
  scheme: 'NTLM',
  package: 'NTLM',
  user: 'admin',
  domain: 'EXAMPLE',
  name: 'EXAMPLE\\admin',
  persisted: false,
};

describe('request.auth', () => {
  it('of an earlier middleware does not survive', async () => {
    const during: unknown[] = [];
    await using bench = await ServerBench.open({
      skip: ({ url }) => url === '/health',
      onAuthenticated: ({ auth }) => void during.push(auth),
      serve: (middleware) => (request, response) => {
        request.auth = claimed;
        middleware(request, response, () => response.end(String(request.auth?.name)));
      },
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request([], undefined, 'GET /health')).body, 'undefined');
    assert.equal((await logOn(client, 'user0')).body, 'EXAMPLE\\user0');
    assert.equal((await client.request()).body, 'EXAMPLE\\user0');
    assert.deepEqual(during, [undefined]);
  });

  it('of an upgrade that does not pass is undefined', async () => {
    const authenticate = negotiate({ accounts });
    const server = createServer();
    const upgraded = new Promise<IncomingMessage>((resolve) => {
      server.on('upgrade', async (request, socket) => {
        request.auth = claimed;
        await authenticate.upgrade(request, socket);
        resolve(request);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    using client = await RawClient.open((server.address() as AddressInfo).port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    assert.equal((await upgraded).auth, undefined);
    assert.match(await client.closed(), /^HTTP\/1.1 401 /);
    server.close();
    authenticate.close();
  });
});

describe('a middleware that is called twice for a request', () => {
  it('decides about skip at each mount, and keeps a user', async () => {
    const authenticate = negotiate({
      accounts,
      skip: (request) => (request as IncomingMessage & { baseUrl: string }).baseUrl === '',
    });
    const app = express();
    app.use(authenticate);
    app.use('/admin', authenticate);
    app.use('/admin/again', authenticate);
    app.use((request, response) => void response.send(String(request.auth?.name)));
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    using client = await RawClient.open((server.address() as AddressInfo).port);
    const ask = (path: string) => client.request([], undefined, `GET ${path}`);
    assert.equal((await ask('/')).body, 'undefined');
    assert.equal((await ask('/admin')).status, 401);
    assert.equal((await ask('/admin/again')).status, 401);
    server.close();
    authenticate.close();
  });

  it('keeps the user for a mount whose skip is true', async () => {
    await using bench = await ServerBench.open({
      skip: ({ url }) => url === '/inner',
      serve: (middleware) => (request, response) =>
        middleware(request, response, () => {
          request.url = '/inner';
          middleware(request, response, () => response.end(String(request.auth?.name)));
        }),
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0')).body, 'EXAMPLE\\user0');
    assert.equal((await client.request()).body, 'EXAMPLE\\user0');
  });

  it('without waiting gives both calls the same result', async () => {
    let passes = 0;
    await using bench = await ServerBench.open({
      serve: (middleware) => (request, response) => {
        middleware(request, response, () => {
          passes += 1;
        });
        middleware(request, response, () => {
          passes += 1;
          response.end(`${request.auth?.name} ${passes}`);
        });
      },
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request()).status, 401);
    assert.equal((await logOn(client, 'user0')).body, 'EXAMPLE\\user0 2');
    assert.equal((await client.request()).body, 'EXAMPLE\\user0 4');
  });
});
