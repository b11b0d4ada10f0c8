import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:https';
import { describe, it } from 'node:test';
import { tokenBinding } from '../../src/http.js';
import { open, type TokenBindingProvider } from '../../src/index.js';
import { Http2Client } from './support/binding-http2.js';
import { fieldFor, hashOf, KEY, OTHER, valueFor } from './support/binding-message.js';
import { countingProvider } from './support/binding-provider.js';
import {
  certificate,
  run,
  startHttp2,
  startHttps,
  describe as tell,
} from './support/binding-servers.js';
import { RawClient } from './support/server-client.js';

/** A provider whose verifications wait until they are released. */
function heldProvider() {
  const portable = open({ provider: 'portable' });
  const events = new EventEmitter();
  const [started, released] = [once(events, 'start'), once(events, 'release')];
  let count = 0;
  const verifyMessage: TokenBindingProvider['verifyMessage'] = async (...args) => {
    count += 1;
    events.emit('start');
    await released;
    return portable.verifyMessage(...args);
  };
  const provider: TokenBindingProvider = Object.assign(Object.create(portable), { verifyMessage });
  return { provider, release: () => events.emit('release'), started, count: () => count };
}

describe('A flood of messages', () => {
  it('ends its connection if more than 1,000 requests wait there, and is not verified', async () => {
    const held = heldProvider();
    const codes: string[] = [];
    const onRejected = ({ code }: { code: string }) => void codes.push(code);
    await using running = await startHttps({ tokenBinding: held.provider, onRejected });
    using client = await RawClient.open(running.port, {});
    client.socket.on('error', () => {});
    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    const request = `GET / HTTP/1.1\r\nHost: localhost\r\n${fieldFor(client, KEY)}\r\n\r\n`;
    client.write(request.repeat(1500));
    await closed;
    held.release();
    using other = await RawClient.open(running.port, {});
    assert.equal((await other.request([fieldFor(other, KEY)])).status, 200);
    assert.equal(held.count(), 2);
    assert.equal(codes.filter((code) => code === 'ERR_HTTP_TB_BUSY').length > 0, true);
  });

  it('takes two turns of the process at a time, over all connections', async () => {
    const held = heldProvider();
    await using running = await startHttps({ tokenBinding: held.provider });
    const clients = await Promise.all(
      [1, 2, 3, 4].map(async () => RawClient.open(running.port, {})),
    );
    const answers = clients.map((client) => client.request([fieldFor(client, KEY)]));
    await held.started;
    // A request without a message is answered after those that came before it were seen.
    using bare = await RawClient.open(running.port, {});
    assert.equal((await bare.request()).body, 'none');
    assert.ok(held.count() <= 2);
    held.release();
    for (const { status } of await Promise.all(answers)) assert.equal(status, 200);
    assert.equal(held.count(), 4);
    for (const client of clients) client[Symbol.dispose]();
  });

  it('is not verified for connections that closed while they waited for a turn', async () => {
    const held = heldProvider();
    await using running = await startHttps({ tokenBinding: held.provider });
    const clients = await Promise.all([1, 2, 3, 4, 5].map(() => RawClient.open(running.port, {})));
    for (const client of clients) {
      client.socket.on('error', () => {});
      client.write(`GET / HTTP/1.1\r\nHost: a\r\n${fieldFor(client, KEY)}\r\n\r\n`);
    }
    await held.started;
    using bare = await RawClient.open(running.port, {});
    assert.equal((await bare.request()).body, 'none');
    const countOpen = () =>
      new Promise<number>((resolve, reject) =>
        running.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    for (const client of clients) client.socket.destroy();
    while ((await countOpen()) > 1) await new Promise((resolve) => setImmediate(resolve));
    held.release();
    assert.equal((await bare.request([fieldFor(bare, OTHER)])).status, 200);
    assert.ok(held.count() <= 3, `${held.count()} verifications`);
  });

  it('costs no signature if its bindings are not one provided and at most one referred', async () => {
    const { provider, count } = countingProvider();
    await using running = await startHttps({ tokenBinding: provider });
    using client = await RawClient.open(running.port, {});
    const wrong = [[KEY, OTHER], [[KEY, 1]], [KEY, [OTHER, 1], [KEY, 1]]] as const;
    for (const bindings of wrong) {
      const answer = await client.request([fieldFor(client, ...bindings)]);
      assert.equal(answer.status, 400);
      assert.match(answer.body, /^(?:exactly one provided|at most one referred) binding/);
    }
    assert.equal(count(), 0);
  });

  it('is not verified for streams of HTTP/2 that were reset', async () => {
    const held = heldProvider();
    await using running = await startHttp2({ tokenBinding: held.provider });
    using client = await Http2Client.open(running.port);
    const field = valueFor(new Uint8Array(32), KEY);
    const streams = Array.from({ length: 50 }, () =>
      client.session.request({ ':path': '/', 'sec-token-binding': field }).on('error', () => {}),
    );
    await held.started;
    for (const stream of streams) stream.close(8);
    await Promise.all(streams.map((stream) => stream.closed || once(stream, 'close')));
    // The server has seen the resets before the answer to what came after them.
    const { body } = await client.request();
    assert.equal(body, 'none');
    held.release();
    const valid = await client.request([client.valueFor(KEY)]);
    assert.equal(valid.status, 200);
    assert.equal(held.count(), 2);
  });
});

describe('A kept verdict', () => {
  it('is the same after a handler has written to all memory of a result', async () => {
    const bind = tokenBinding({});
    const hash = hashOf(KEY);
    await using running = await run(
      createServer(certificate, (request, response) => {
        bind(request, response, () => {
          response.end(tell(request));
          const { buffer } = request.tokenBinding?.provided.identifier ?? new Uint8Array(0);
          const memory = new Uint8Array(buffer as ArrayBuffer);
          const before = Uint8Array.from(memory);
          memory.fill(0);
          // Other results of this process share the memory.
          setImmediate(() => memory.set(before));
        });
      }),
    );
    using client = await RawClient.open(running.port, {});
    const field = fieldFor(client, KEY);
    const request = `GET / HTTP/1.1\r\nHost: localhost\r\n${field}\r\n\r\n`;
    client.write(request + request);
    for (const _ of [1, 2]) assert.equal((await client.answer()).body, `${hash}  0 0`);
  });
});
