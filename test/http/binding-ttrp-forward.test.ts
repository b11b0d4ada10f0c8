import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { constants } from 'node:http2';
import { createServer as createSecure } from 'node:https';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { forwardRequest, HttpTokenBindingError, tokenBinding } from '../../src/http.js';
import { encodeBase64url } from '../../src/wire.js';
import { FrameClient } from './support/binding-frames.js';
import { Http2Client } from './support/binding-http2.js';
import { fieldFor, hashOf, KEY, OTHER } from './support/binding-message.js';
import { BY_ADDRESS, startProxy } from './support/binding-proxy.js';
import {
  certificate,
  describe as describeRequest,
  type RunningServer,
  run,
} from './support/binding-servers.js';
import { newCertificate } from './support/server-certificates.js';
import { RawClient } from './support/server-client.js';

const SPOOFED = `Sec-Provided-Token-Binding-ID: ${encodeBase64url(OTHER.identifier)}`;
/** A request that a client hides in content. */
const INNER = `GET /inner HTTP/1.1\r\nHost: a\r\n${SPOOFED}\r\n\r\n`;
/** The same, with its start in what a backend may still expect. */
const PADDED = `${'\r\n'.repeat(300)}${INNER}`;
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`;
const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  /** The length of the content; undefined while it is not complete. */
  length?: number;
}

interface Backend extends RunningServer {
  readonly seen: Seen[];
  readonly sockets: Socket[];
}

/** A backend that answers at once, or after the content. */
async function startBackend(answersAtOnce = false, listener?: RequestListener): Promise<Backend> {
  const seen: Seen[] = [];
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    const entry: Seen = { url: request.url, headers: request.headers };
    seen.push(entry);
    let length = 0;
    request.on('data', (data: Buffer) => {
      length += data.length;
    });
    request.on('end', () => {
      entry.length = length;
    });
    if (listener !== undefined) listener(request, response);
    else if (answersAtOnce) response.end('answer');
    else request.on('end', () => response.end('answer'));
  }).on('connection', (socket) => sockets.push(socket));
  return Object.assign(await run(server), { seen, sockets });
}

async function until(condition: () => boolean): Promise<void> {
  for (let wait = 0; wait < 1000 && !condition(); wait += 1) await sleep(5);
  assert.ok(condition());
}

/** One connection to the backend, so that each request follows on the one before. */
const oneConnection = () => ({ agent: new Agent({ keepAlive: true, maxSockets: 1 }) });

const METHODS = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'PUT'];
const FRAMINGS: Readonly<Record<string, readonly [fields: readonly string[], content: string]>> = {
  none: [[], ''],
  'Content-Length': [[`Content-Length: ${INNER.length}`], INNER],
  'a named Content-Length': [
    ['Connection: Content-Length', `Content-Length: ${INNER.length}`],
    INNER,
  ],
  chunked: [['Transfer-Encoding: chunked'], chunk(INNER)],
  'a named Transfer-Encoding': [
    ['Connection: close, Transfer-Encoding', 'Transfer-Encoding: CHUNKED'],
    chunk(INNER),
  ],
  'two codings': [['Transfer-Encoding: gzip, chunked'], chunk(INNER)],
  Expect: [['Expect: 100-continue', 'Transfer-Encoding: chunked'], chunk(INNER)],
  Upgrade: [['Connection: Upgrade', 'Upgrade: x', `Content-Length: ${INNER.length}`], INNER],
};

describe('the framing of a forwarded request', () => {
  for (const [fields, byHand] of [
    [0, false],
    [900, false],
    [998, false],
    [1000, false],
    [1050, false],
    [0, true],
    [1050, true],
  ] as const) {
    const how = byHand ? 'forwardHeaders() and pipe()' : 'forwardRequest()';
    it(`lets no content pass for a request: HTTP/1.1, ${fields} fields, ${how}`, async () => {
      for (const answersAtOnce of [false, true]) {
        await using backend = await startBackend(answersAtOnce);
        const setup = { port: backend.port, backend: oneConnection(), byHand };
        await using proxy = await startProxy(setup);
        for (const method of METHODS) {
          for (const [name, [framing, content]] of Object.entries(FRAMINGS)) {
            const before = backend.seen.length;
            using client = await RawClient.open(proxy.port, {});
            const padding = Array.from({ length: fields }, () => 'a:');
            const head = [`${method} /own HTTP/1.1`, 'Host: localhost', ...padding, ...framing];
            client.write(`${head.join('\r\n')}\r\n\r\n${content}`);
            const isRefused = fields + 1 + framing.length >= 1000;
            if (method === 'HEAD') {
              await once(client.socket, 'data');
              if (!isRefused) await until(() => backend.seen.length > before);
            } else {
              let answer = await client.answer();
              if (answer.status === 100) answer = await client.answer();
              assert.equal(answer.status, isRefused ? 431 : 200, `${method} ${name}`);
            }
            assert.equal(backend.seen.length - before, isRefused ? 0 : 1, `${method} ${name}`);
            client.socket.end();
          }
        }
        using last = await RawClient.open(proxy.port, {});
        assert.equal((await last.request([], undefined, 'GET /last')).status, 200);
        await sleep(50);
        const urls = backend.seen.map(({ url }) => url);
        assert.deepEqual(new Set(urls), new Set(fields < 998 ? ['/own', '/last'] : [...urls]));
        assert.ok(!urls.includes('/inner'));
        assert.equal(urls.at(-1), '/last');
      }
    });
  }

  it('is chunked if Node has hidden it', async () => {
    await using backend = await startBackend();
    await using proxy = await startProxy({ port: backend.port, backend: oneConnection() });
    using client = await RawClient.open(proxy.port, {});
    await client.request([], undefined, 'GET /own');
    // The connection keeps the limit that the server had when it was opened.
    Object.assign(proxy.server, { maxHeadersCount: 4000 });
    const head = `GET /own HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(1500)}`;
    client.write(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk(INNER)}`);
    const { status } = await client.answer();
    // Some versions of Node refuse it themselves.
    if (status === 431) return;
    assert.equal(status, 200);
    client.write(`${head}Content-Length: ${INNER.length}\r\n\r\n`);
    await sleep(20);
    client.write(INNER);
    assert.equal((await client.answer()).status, 200);
    assert.deepEqual(
      backend.seen.map(({ url, length }) => [url, length]),
      [
        ['/own', 0],
        ['/own', INNER.length],
        ['/own', INNER.length],
      ],
    );
  });

  it('lets no content pass for a request: HTTP/2', async () => {
    for (const answersAtOnce of [false, true]) {
      await using backend = await startBackend(answersAtOnce);
      await using proxy = await startProxy({ port: backend.port, backend: oneConnection() });
      using client = await Http2Client.open(proxy.port);
      for (const method of METHODS) {
        for (const fields of [0, 90, 200]) {
          for (const framing of [{}, { 'content-length': `${INNER.length}` }]) {
            const padding = Object.fromEntries(
              Array.from({ length: fields }, (_, index) => [`a${index}`, '1']),
            );
            const stream = client.session.request(
              { ':method': method, ':path': '/own', ...padding, ...framing },
              { endStream: false },
            );
            stream.on('error', () => {});
            stream.end(INNER);
            await once(stream.resume(), 'close').catch(() => {});
          }
        }
      }
      await sleep(50);
      const urls = backend.seen.map(({ url }) => url);
      // Node resets a stream with more than 128 fields.
      assert.ok(urls.length >= (METHODS.length - 2) * 4, `${urls.length}`);
      assert.deepEqual(new Set(urls), new Set(['/own']));
    }
  });

  it('never ends a request of HTTP/2 that was reset', async () => {
    for (const answersAtOnce of [false, true]) {
      for (const code of [NGHTTP2_CANCEL, NGHTTP2_NO_ERROR]) {
        for (const framing of [{}, { 'content-length': '700' }]) {
          await using backend = await startBackend(answersAtOnce);
          await using proxy = await startProxy({ port: backend.port, backend: oneConnection() });
          using client = await FrameClient.open(proxy.port);
          for (const [stream, method] of [
            [1, 'POST'],
            [5, 'GET'],
          ] as const) {
            const before = backend.seen.length;
            client.headers(stream, { ':method': method, ':path': '/reset', ...framing });
            client.data(stream, '0123456789');
            await until(() => backend.seen.length > before);
            await sleep(20);
            client.reset(stream, code);
            await until(() => backend.sockets.at(-1)?.destroyed === true);
            client.headers(stream + 2, { ':method': 'POST', ':path': '/next' });
            client.data(stream + 2, PADDED, true);
            await until(() => backend.seen.at(-1)?.length === PADDED.length);
          }
          await sleep(20);
          const seen = backend.seen.map(({ url, length }) => [url, length]);
          const wanted = [
            ['/reset', undefined],
            ['/next', PADDED.length],
          ];
          assert.deepEqual(seen, [...wanted, ...wanted]);
        }
      }
    }
  });

  it('never ends a request of HTTP/1.1 that was not completed', async () => {
    for (const answersAtOnce of [false, true]) {
      for (const framing of ['Content-Length: 700', 'Transfer-Encoding: chunked']) {
        await using backend = await startBackend(answersAtOnce);
        await using proxy = await startProxy({ port: backend.port, backend: oneConnection() });
        for (const method of ['POST', 'GET']) {
          using client = await RawClient.open(proxy.port, {});
          client.write(`${method} /own HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\na\r\n0123456789`);
          const before = backend.seen.length;
          await until(() => backend.seen.length > before);
          await sleep(20);
          client.socket.destroy();
          await until(() => backend.sockets.at(-1)?.destroyed === true);
        }
        using client = await RawClient.open(proxy.port, {});
        await client.request([], PADDED, 'POST /own');
        assert.deepEqual(
          backend.seen.map(({ url, length }) => [url, length]),
          [
            ['/own', undefined],
            ['/own', undefined],
            ['/own', PADDED.length],
          ],
        );
      }
    }
  });

  it('does not wait for content that does not come', async () => {
    await using backend = await startBackend();
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    using http2 = await Http2Client.open(proxy.port);
    for (const method of ['GET', 'DELETE', 'OPTIONS']) {
      assert.equal((await client.request([], undefined, `${method} /`)).status, 200);
      const stream = http2.session.request({ ':method': method }, { endStream: true });
      const [{ ':status': status }] = await once(stream.resume(), 'response');
      assert.equal(status, 200);
    }
    assert.equal((await client.request(['Content-Length: 0'])).status, 200);
    for (const { headers } of backend.seen) {
      assert.equal(headers['transfer-encoding'], undefined);
      assert.equal(headers['content-length'], undefined);
    }
    assert.equal(backend.seen.length, 7);
  });

  it('is that of the client for HTTP/1.1', async () => {
    await using backend = await startBackend();
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    await client.request([], 'abc', 'POST /');
    client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n');
    client.write(chunk('abc'));
    await client.answer();
    const [first, second] = backend.seen.map(({ headers }) => headers);
    assert.deepEqual(
      [first?.['content-length'], first?.['transfer-encoding'], first?.['expect']],
      ['3', undefined, undefined],
    );
    assert.equal(second?.['transfer-encoding'], 'gzip, chunked');
  });
});

describe('forwardRequest()', () => {
  it('forwards a key, and a large content in both directions', async () => {
    const bind = tokenBinding(BY_ADDRESS);
    await using backend = await startBackend(false, (request, response) => {
      bind(request, response, () => {
        response.setHeader('x-key', describeRequest(request));
        request.pipe(response);
      });
    });
    await using proxy = await startProxy({ port: backend.port });
    const content = 'a'.repeat(3_000_000);
    using client = await RawClient.open(proxy.port, {});
    const answer = await client.request([fieldFor(client, KEY)], content, 'POST /');
    assert.ok(answer.fields.some(([, value]) => value === `${hashOf(KEY)}  0 0`));
    assert.equal(backend.seen[0]?.length, content.length);
    using http2 = await Http2Client.open(proxy.port);
    const stream = http2.session.request({ ':method': 'POST' });
    stream.end(content);
    assert.equal(Buffer.concat(await stream.toArray()).toString(), content);
  });

  it('forwards the answer without the fields of one connection', async () => {
    const cookies = ['a=1', 'b=2'];
    await using backend = await startBackend(false, (request, response) => {
      const named = { Connection: 'keep-alive, X-Named', 'X-Named': '1', Upgrade: 'h2c' };
      const status = Number(request.url?.slice(1));
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(status, { ...named, 'Set-Cookie': cookies, 'X-Kept': '1' });
      response.end(status === 200 ? 'text' : undefined);
    });
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    using http2 = await Http2Client.open(proxy.port);
    for (const status of [200, 204, 304, 404]) {
      for (const method of ['GET', 'HEAD']) {
        const stream = http2.session.request({ ':path': `/${status}`, ':method': method });
        const [headers] = await once(stream, 'response');
        const body = Buffer.concat(await stream.toArray()).toString();
        assert.deepEqual(
          [headers[':status'], headers['set-cookie'], headers['x-kept'], headers['x-named']],
          [status, cookies, '1', undefined],
        );
        assert.equal(body, status === 200 && method === 'GET' ? 'text' : '');
      }
      if (status === 304) continue;
      const answer = await client.request([], undefined, `GET /${status}`);
      const names = answer.fields.map(([name]) => name);
      assert.deepEqual([answer.status, names.includes('x-named')], [status, false]);
      assert.equal(names.filter((name) => name === 'set-cookie').length, 2);
      assert.ok(!names.includes('upgrade'));
    }
  });

  it('does not let an incomplete answer look complete', async () => {
    for (const framing of [{ 'Content-Length': '100' }, {}]) {
      await using backend = await startBackend(false, (_, response) => {
        response.writeHead(200, framing).write('part');
        setTimeout(() => response.destroy(), 20);
      });
      await using proxy = await startProxy({ port: backend.port });
      using client = await RawClient.open(proxy.port, {});
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const text = await client.closed();
      assert.ok(text.includes('part') && !text.includes('\r\n0\r\n'));
      using http2 = await Http2Client.open(proxy.port);
      await assert.rejects(http2.request());
      await until(() => proxy.errors.length === 2);
    }
  });

  it('forwards an answer that comes before the content is complete', async () => {
    await using backend = await startBackend(false, (_, response) => {
      response.writeHead(413, { Connection: 'close' }).end('too long');
    });
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\na');
    const answer = await client.answer();
    assert.deepEqual([answer.status, answer.body], [413, 'too long']);
    client.write('a'.repeat(99_999));
    assert.equal((await client.request()).status, 413);
    using http2 = await Http2Client.open(proxy.port);
    const stream = http2.session.request({ ':method': 'POST' });
    stream.write('a');
    const [headers] = await once(stream, 'response');
    assert.equal(headers[':status'], 413);
    stream.end('a');
    assert.equal(Buffer.concat(await stream.toArray()).toString(), 'too long');
  });

  it('closes the connection to the backend if the client goes away', async () => {
    await using backend = await startBackend(false, (_, response) => {
      response.writeHead(200).write('part');
    });
    await using silent = await startBackend(false, () => {});
    for (const { port, seen, sockets } of [backend, silent]) {
      await using proxy = await startProxy({ port });
      const client = await RawClient.open(proxy.port, {});
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const http2 = await Http2Client.open(proxy.port);
      http2.session.request({ ':path': '/' }).on('error', () => {});
      await until(() => seen.length === 2);
      await sleep(20);
      client.socket.destroy();
      http2.session.destroy();
      await until(() => sockets.every(({ destroyed }) => destroyed) && proxy.errors.length === 2);
    }
  });

  it('throws if the backend does not answer', async () => {
    const switching =
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
    for (const [listener, backend] of [
      [(request: IncomingMessage) => void request.socket.destroy(), {}],
      [(request: IncomingMessage) => void request.socket.write(switching), {}],
      [(request: IncomingMessage) => void request.socket.write('HTTP/1.1 200 OK\r\n:\r\n\r\n'), {}],
      [() => {}, { timeout: 30 }],
      [() => {}, { signal: AbortSignal.timeout(100) }],
    ] as const) {
      await using running = await startBackend(false, listener);
      await using proxy = await startProxy({ port: running.port, backend });
      using client = await RawClient.open(proxy.port, {});
      assert.equal((await client.request([], 'abc', 'POST /')).status, 502);
      assert.equal(proxy.errors.length, 1);
    }
    await using gone = await startBackend();
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    await using proxy = await startProxy({ port });
    using client = await RawClient.open(proxy.port, {});
    assert.equal((await client.request()).status, 502);
    assert.equal((await client.request([], 'abc', 'POST /')).status, 502);
  });

  it('checks the certificate for the name of the backend', async () => {
    const own = await newCertificate();
    await using backend = await run(
      createSecure({ ...certificate, ...own }, (_, response) => void response.end('answer')),
    );
    const { port } = backend;
    const tls = { protocol: 'https:', ca: own.cert } as const;
    for (const [more, status] of [
      [{ host: 'localhost' }, 200],
      [{ host: '127.0.0.1', servername: 'localhost' }, 200],
      [{ host: 'localhost', servername: 'other.example' }, 502],
    ] as const) {
      await using proxy = await startProxy({ port, backend: { ...tls, ...more, port } });
      using client = await RawClient.open(proxy.port, {});
      client.write('GET / HTTP/1.1\r\nHost: public.example\r\n\r\n');
      assert.equal((await client.answer()).status, status);
    }
  });

  it('rejects wrong arguments', async () => {
    const request = { rawHeaders: [], headers: {}, socket: {} } as never;
    const response = {} as never;
    for (const [call, kind] of [
      [() => forwardRequest(undefined as never, response, {}), TypeError],
      [() => forwardRequest(request, undefined as never, {}), TypeError],
      [() => forwardRequest(request, response, undefined as never), TypeError],
      [() => forwardRequest(request, response, new URL('http://a') as never), TypeError],
      [() => forwardRequest(request, response, { protocol: 'ftp:' }), RangeError],
      [() => forwardRequest(request, response, {}, { fields: 'both' } as never), RangeError],
    ] as const) {
      await assert.rejects(call, kind);
    }
  });

  it('refuses content that somebody has read', async () => {
    await using backend = await startBackend();
    const codes: unknown[] = [];
    await using proxy = await run(
      createServer(async (request, response) => {
        if (request.url === '/decoded') request.setEncoding('utf8');
        else await request.toArray();
        const forwarding = forwardRequest(request, response, { port: backend.port });
        await forwarding.catch((error: { code: string }) => {
          codes.push(error.code);
          response.writeHead(500).end();
        });
      }),
    );
    using client = await RawClient.open(proxy.port);
    assert.equal((await client.request([], 'abc', 'POST /decoded')).status, 500);
    assert.equal((await client.request([], 'abc', 'POST /')).status, 500);
    assert.deepEqual(codes, ['ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE']);
    assert.equal(backend.seen.length, 0);
    assert.equal((await client.request()).status, 200);
  });

  it('forwards nothing for a client that has gone', async () => {
    await using backend = await startBackend();
    const errors: unknown[] = [];
    await using proxy = await run(
      createServer(async (request, response) => {
        request.socket.destroy();
        await forwardRequest(request, response, { port: backend.port }).catch((error: unknown) =>
          errors.push(error),
        );
      }),
    );
    using client = await RawClient.open(proxy.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc');
    await client.closed();
    await until(() => errors.length === 1);
    assert.ok(errors[0] instanceof HttpTokenBindingError);
    assert.equal(backend.seen.length, 0);
  });
});
