import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { tokenBinding } from '../../src/http.js';
import { testKey } from '../support/messages.js';
import { Http2Client } from './support/binding-http2.js';
import { ekmOf, hashOf, KEY, OTHER, valueFor } from './support/binding-message.js';
import { countingProvider } from './support/binding-provider.js';
import {
  describe as describeRequest,
  HTTP2_SERVERS,
  run,
  startHttp2,
} from './support/binding-servers.js';
import { RawClient } from './support/server-client.js';

/** The preface of a client, with empty SETTINGS (RFC 9113 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0', 'latin1');

/** A frame HEADERS for `GET /` (RFC 9113 6.2), with literal fields of HPACK (RFC 7541 6.2.2). */
function requestFrame(streamId: number, value: string): Buffer {
  const name = 'sec-token-binding';
  // GET, https, / and the authority.
  const indexed = Buffer.concat([Buffer.of(0x82, 0x87, 0x84, 1, 9), Buffer.from('localhost')]);
  const field = [Buffer.of(0, name.length), Buffer.from(name), hpackLength(value.length)];
  const block = Buffer.concat([indexed, ...field, Buffer.from(value)]);
  const head = Buffer.from([0, block.length >> 8, block.length & 0xff, 1, 5, 0, 0, 0, streamId]);
  return Buffer.concat([head, block]);
}

/** An integer with a prefix of 7 bits (RFC 7541 5.1). */
function hpackLength(length: number): Buffer {
  const rest = length - 127;
  return rest < 128 ? Buffer.of(127, rest) : Buffer.of(127, (rest & 0x7f) | 0x80, rest >> 7);
}

for (const [name, start] of Object.entries(HTTP2_SERVERS)) {
  describe(`Token Binding with HTTP/2: ${name}`, () => {
    it('verifies the message of a session once', async () => {
      const { provider, count } = countingProvider();
      await using running = await start({ tokenBinding: provider });
      using client = await Http2Client.open(running.port);
      const value = client.valueFor(KEY, [OTHER, 1]);
      const wanted = { status: 200, body: `${hashOf(KEY)} ${hashOf(OTHER)} 0 0` };
      for (let round = 0; round < 3; round++) {
        assert.deepEqual(await client.request([value]), wanted);
      }
      const answers = await Promise.all(Array.from({ length: 50 }, () => client.request([value])));
      for (const answer of answers) assert.deepEqual(answer, wanted);
      assert.equal(count(), 1);
      assert.deepEqual(await client.request(), { status: 200, body: 'none' });
    });

    it('takes two keys for two hosts on one connection, and each request has its own', async () => {
      const { provider, count } = countingProvider();
      await using running = await start({ tokenBinding: provider });
      using client = await Http2Client.open(running.port);
      const hosts = [
        [KEY, 'a.example', client.valueFor(KEY)],
        [OTHER, 'b.example', client.valueFor(OTHER)],
      ] as const;
      const requests = Array.from({ length: 20 }, (_, index) => hosts[index % 2] ?? hosts[0]);
      const answers = await Promise.all(
        requests.map(([, host, value]) => client.request([value], { ':authority': host })),
      );
      for (const [index, { body }] of answers.entries()) {
        assert.equal(body, `${hashOf(requests[index]?.[0] ?? KEY)}  0 0`);
      }
      assert.equal(count(), 2);
    });

    it('takes many keys at once, and keeps each with its request', async () => {
      await using running = await start();
      using client = await Http2Client.open(running.port);
      const keys = Array.from({ length: 30 }, () => testKey('ecdsap256'));
      const answers = await Promise.all(keys.map((key) => client.request([client.valueFor(key)])));
      assert.deepEqual(
        answers.map(({ body }) => body),
        keys.map((key) => `${hashOf(key)}  0 0`),
      );
    });

    it('refuses the message of another session, a repeated field and two provided bindings', async () => {
      await using running = await start();
      using owner = await Http2Client.open(running.port);
      using thief = await Http2Client.open(running.port);
      const value = owner.valueFor(KEY);
      assert.equal((await owner.request([value])).status, 200);
      for (const [client, values, text] of [
        [thief, [value], /keying material/],
        [owner, [value, value], /more than one field/],
        [owner, [owner.valueFor(KEY, OTHER)], /exactly one provided binding/],
        [owner, [`${value}=`], /padding/],
      ] as const) {
        const answer = await client.request(values);
        assert.equal(answer.status, 400);
        assert.match(answer.body, text);
      }
      assert.equal((await owner.request([value])).status, 200);
    });

    it('ignores the field in trailers', async () => {
      await using running = await start({ required: true });
      using client = await Http2Client.open(running.port);
      const value = client.valueFor(KEY);
      const headers = { ':method': 'POST', ':path': '/', 'content-type': 'application/x' };
      const stream = client.session.request(headers, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'sec-token-binding': value }));
      stream.end('abc');
      const [head] = (await once(stream, 'response')) as [{ ':status'?: number }];
      assert.equal(head[':status'], 400);
      stream.destroy();
    });

    it('refuses TLS 1.2, unless the options accept it', async () => {
      const setup = { maxVersion: 'TLSv1.2' } as const;
      await using running = await start({}, setup);
      using client = await Http2Client.open(running.port);
      assert.equal((await client.request([client.valueFor(KEY)])).status, 400);
      await using with12 = await start({ tls12: 'require-ems' }, setup);
      using safe = await Http2Client.open(with12.port);
      const value = safe.valueFor(KEY);
      assert.equal((await safe.request([value])).status, 200);
    });

    it('ends a connection of TLS 1.2 that is renegotiated', async () => {
      await using running = await start({ tls12: 'require-ems' }, { maxVersion: 'TLSv1.2' });
      // The client of node:http2 cannot renegotiate.
      using client = await RawClient.open(running.port, { ALPNProtocols: ['h2'] });
      const socket = client.socket as TLSSocket;
      const request = (id: number) => requestFrame(id, valueFor(ekmOf(client), KEY));
      socket.write(PREFACE);
      socket.write(request(1));
      let answer = '';
      while (!answer.includes(hashOf(KEY))) {
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        answer += chunk.toString('latin1');
      }
      socket.renegotiate({ rejectUnauthorized: false }, () => socket.write(request(3)));
      await client.closed();
    });
  });
}

describe('Token Binding with HTTP/2', () => {
  it('is refused without TLS', async () => {
    const bind = tokenBinding();
    await using running = await run(
      createServer((request, response) => {
        bind(request, response, () => void response.end(describeRequest(request)));
      }),
    );
    const session = connect(`http://127.0.0.1:${running.port}`);
    using client = await once(session, 'connect').then(() => ({
      request: session.request({ ':path': '/', 'sec-token-binding': 'AAAA' }),
      [Symbol.dispose]: () => session.destroy(),
    }));
    const [head] = (await once(client.request, 'response')) as [{ ':status'?: number }];
    assert.equal(head[':status'], 400);
  });

  it('survives a session that ends while its requests are verified', async () => {
    await using running = await startHttp2();
    for (let round = 0; round < 5; round++) {
      const client = await Http2Client.open(running.port);
      const values = Array.from({ length: 20 }, () => client.valueFor(KEY));
      const sent = values.map((value) => client.request([value]).catch(() => {}));
      setImmediate(() => client.session.destroy());
      await Promise.all(
        sent.map((answer) => Promise.race([answer, once(client.session, 'close')])),
      );
    }
    using client = await Http2Client.open(running.port);
    assert.equal((await client.request([client.valueFor(KEY)])).status, 200);
  });
});
