import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { exchange } from '../../src/http/connection/exchange.js';
import {
  type Answer,
  ExchangeError,
  MAX_HEAD,
  ResponseReader,
} from '../../src/http/connection/response-reader.js';
import { RawServer } from './support/client-raw-server.js';

const MAX_BODY = 1000;

function read(text: string, method = 'GET', size = text.length): Answer | undefined {
  const reader = new ResponseReader(method, MAX_BODY);
  const bytes = Buffer.from(text, 'latin1');
  for (let offset = 0; offset < bytes.length; offset += size) {
    reader.push(bytes.subarray(offset, offset + size));
  }
  return reader.answer;
}

const head = (...fields: string[]) => `HTTP/1.1 401 No\r\n${fields.join('\r\n')}\r\n\r\n`;

/** Complete answers that leave the connection usable. */
const USABLE: readonly (readonly [string, string, string?])[] = [
  ['no body', head('Content-Length: 0')],
  ['a body', `${head('Content-Length: 3')}abc`],
  ['spaces around a length', `${head('Content-Length: \t 3 \t')}abc`],
  ['a chunked body', `${head('Transfer-Encoding: Chunked')}3\r\nabc\r\n0\r\n\r\n`],
  ['chunk extensions', `${head('Transfer-Encoding: chunked')}3;a="b"\r\nabc\r\n0\r\nX: y\r\n\r\n`],
  ['HEAD with a length', head('Content-Length: 5000'), 'HEAD'],
  ['HEAD with chunks', head('Transfer-Encoding: chunked'), 'HEAD'],
  ['204', 'HTTP/1.1 204 No\r\n\r\n'],
  ['304', 'HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n'],
  ['no reason', 'HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n'],
  ['100 first', `HTTP/1.1 100 Continue\r\n\r\n${head('Content-Length: 0')}`],
  ['103 first', `HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${head('Content-Length: 0')}`],
  ['a tunnel', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n', 'CONNECT'],
];

/** Answers after which the connection is of no use. */
const UNUSABLE: readonly (readonly [string, string])[] = [
  ['Connection: close', head('Connection: close', 'Content-Length: 0')],
  ['close in a list', head('Connection: foo , CLOSE', 'Content-Length: 0')],
  ['HTTP/1.0', 'HTTP/1.0 401 No\r\nContent-Length: 0\r\n\r\n'],
  ['a body up to the end of the connection', `${head('A: b')}abc`],
  ['a body above the limit', head(`Content-Length: ${MAX_BODY + 1}`)],
  ['chunks above the limit', `${head('Transfer-Encoding: chunked')}3e9\r\n${'x'.repeat(1001)}`],
  ['long chunk extensions', `${head('Transfer-Encoding: chunked')}1;${'x'.repeat(1001)}`],
];

const MALFORMED: readonly (readonly [string, string, string?])[] = [
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['HTTP/2', 'HTTP/2.0 401 No\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 4011 No\r\n\r\n'],
  ['a status of 0', 'HTTP/1.1 000 No\r\n\r\n'],
  ['101', 'HTTP/1.1 101 Switching\r\n\r\n'],
  ['a bare LF', 'HTTP/1.1 401 No\nContent-Length: 0\n\n'],
  ['a bare CR', head('A: b\rC: d')],
  ['a NUL', head('A: \0')],
  ['an obsolete line folding', head('A: b', ' c')],
  ['a space before the colon', head('Content-Length : 0')],
  ['a field without a name', head(': x')],
  ['a field without a colon', head('Content-Length 0')],
  ['two lengths', head('Content-Length: 3', 'Content-Length: 3')],
  ['two lengths in a list', head('Content-Length: 3, 3')],
  ['a negative length', head('Content-Length: -1')],
  ['a signed length', head('Content-Length: +1')],
  ['a huge length', head(`Content-Length: ${'9'.repeat(30)}`)],
  ['a length and chunks', head('Content-Length: 3', 'Transfer-Encoding: chunked')],
  ['gzip', head('Transfer-Encoding: gzip, chunked')],
  ['chunked twice', head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
  ['chunks in HTTP/1.0', 'HTTP/1.0 401 No\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a chunk without a size', `${head('Transfer-Encoding: chunked')}\r\n`],
  ['a chunk with a signed size', `${head('Transfer-Encoding: chunked')}+3\r\n`],
  ['a chunk with a 64-bit size', `${head('Transfer-Encoding: chunked')}100000000\r\n`],
  ['a chunk that is too long', `${head('Transfer-Encoding: chunked')}3\r\nabcd\r\n0\r\n\r\n`],
  ['an invalid trailer', `${head('Transfer-Encoding: chunked')}0\r\nX\r\n\r\n`],
  ['bytes after the answer', `${head('Content-Length: 0')}x`],
  ['a second answer', head('Content-Length: 0').repeat(2)],
  ['a body of HEAD', `${head('Content-Length: 3')}abc`, 'HEAD'],
  ['a long head', head(`A: ${'x'.repeat(MAX_HEAD)}`)],
  ['many fields', head(...Array<string>(30_000).fill('A: b'))],
  ['endless 1xx', 'HTTP/1.1 102 Wait\r\n\r\n'.repeat(7000)],
  ['data after CONNECT', 'HTTP/1.1 200 OK\r\n\r\nx', 'CONNECT'],
];

describe('ResponseReader', () => {
  for (const [name, text, method] of USABLE) {
    it(`reads ${name}, in any pieces`, () => {
      for (const size of [text.length, 1, 2, 7]) {
        assert.equal(read(text, method, size)?.canContinue, true);
        assert.equal(read(text.slice(0, -1), method, size), undefined);
      }
    });
  }

  for (const [name, text] of UNUSABLE) {
    it(`does not go on after ${name}`, () => {
      for (const size of [text.length, 1]) {
        assert.equal(read(text, 'GET', size)?.canContinue, false);
      }
    });
  }

  for (const [name, text, method] of MALFORMED) {
    it(`rejects ${name}`, () => {
      for (const size of [text.length, 1]) {
        assert.throws(() => read(text, method, size), ExchangeError);
      }
    });
  }

  it('keeps the values of a field in order, and names in lower case', () => {
    const answer = read(
      head('WWW-Authenticate: a', 'www-authenticate:\t b c ', 'Content-Length: 0'),
    );
    assert.deepEqual(answer?.fields.get('www-authenticate'), ['a', 'b c']);
    assert.equal(answer?.status, 401);
  });

  it('forgets the fields of an informational answer', () => {
    const answer = read(`HTTP/1.1 103 Early\r\nA: b\r\n\r\n${head('Content-Length: 0')}`);
    assert.equal(answer?.fields.has('a'), false);
  });
});

describe('exchange', () => {
  const servers: RawServer[] = [];
  after(() => servers.map((server) => server.close()));

  async function connect(handler: Parameters<typeof RawServer.open>[0]): Promise<Socket> {
    const server = await RawServer.open(handler);
    servers.push(server);
    const socket = net.connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }

  const request = { method: 'GET', target: '/a', fields: { Host: 'x' } };
  const limits = { signal: new AbortController().signal, maxBody: MAX_BODY };

  it('leaves a socket that a request of node:http can use, without a listener', async () => {
    const socket = await connect(({ index }) => `${head('Content-Length: 1')}${index}`);
    const before = socket.eventNames().map((name) => [name, socket.listenerCount(name)]);
    assert.equal((await exchange(socket, request, limits)).status, 401);
    assert.equal((await exchange(socket, request, limits)).status, 401);
    const afterwards = socket.eventNames().map((name) => [name, socket.listenerCount(name)]);
    assert.deepEqual(afterwards, before);
    const { get } = await import('node:http');
    const body = await new Promise((resolve, reject) => {
      get({ createConnection: () => socket, host: 'x' }, (response) => {
        response.on('data', (data) => resolve(String(data)));
      }).on('error', reject);
    });
    assert.equal(body, '2');
  });

  it('rejects an answer that comes before the request', async () => {
    const socket = await connect(() => `${head('Content-Length: 0')}`);
    await exchange(socket, request, limits);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    while (socket.readableLength === 0) await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(exchange(socket, request, limits), { problem: 'malformed' });
    socket.destroy();
  });

  for (const [name, bytes] of [
    ['at once', ''],
    ['within the head', 'HTTP/1.1 401 No\r\nA: b'],
    ['within the body', `${head('Content-Length: 9')}abc`],
    ['within a chunk', `${head('Transfer-Encoding: chunked')}9\r\nabc`],
  ] as const) {
    it(`rejects a connection that ends ${name}`, async () => {
      const socket = await connect(({ socket: peer }) => peer.end(bytes, 'latin1'));
      await assert.rejects(exchange(socket, request, limits), { problem: 'closed' });
      await assert.rejects(exchange(socket, request, limits), { problem: 'closed' });
      assert.equal(socket.listenerCount('readable'), 0);
    });
  }

  it('ends with the reason of its signal, before and within', async () => {
    const socket = await connect(() => undefined);
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = exchange(socket, request, { ...limits, signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(
      exchange(socket, request, { ...limits, signal: controller.signal }),
      reason,
    );
    assert.equal(socket.listenerCount('readable'), 0);
    socket.destroy();
  });

  it('passes on the error of the socket', async () => {
    const socket = await connect(({ socket: peer }) => peer.resetAndDestroy());
    await assert.rejects(exchange(socket, request, limits), { code: 'ECONNRESET' });
  });
});
