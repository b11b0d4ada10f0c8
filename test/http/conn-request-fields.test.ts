import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setFieldsOfRequests } from '../../src/http/connection/undici-request-fields.js';
import { listen } from './support/conn-bench.js';
import { until } from './support/conn-checks.js';

const REST = 'Host: a\r\n';
const HEAD = `GET / HTTP/1.1\r\n${REST}`;

describe('setFieldsOfRequests', () => {
  async function openSocket(t: TestContext): Promise<{ socket: Socket; received: () => string }> {
    let text = '';
    const server = createServer((peer) => {
      peer.on('error', () => {});
      peer.on('data', (chunk) => {
        text += chunk;
      });
    });
    const socket = connect(await listen(server), '127.0.0.1');
    await once(socket, 'connect');
    t.after(() => {
      socket.destroy();
      server.close();
    });
    setFieldsOfRequests(socket, { 'X-Own': '1' });
    return { socket, received: () => text };
  }

  function announce(socket: Socket, headers = HEAD): void {
    channel('undici:client:sendHeaders').publish({ request: {}, socket, headers });
  }

  it('changes each head that undici announced, and no body', async (t) => {
    const { socket, received } = await openSocket(t);
    for (let index = 0; index < 2; index++) {
      announce(socket, `${HEAD}x-own: 2\r\n`);
      socket.write(`${HEAD}x-own: 2\r\ncontent-length: 9\r\n\r\n`, 'latin1');
      socket.write('X-Own: 3\n', 'latin1');
    }
    const expected = `GET / HTTP/1.1\r\nX-Own: 1\r\n${REST}content-length: 9\r\n\r\nX-Own: 3\n`;
    await until(() => received().length >= 2 * expected.length);
    assert.equal(received(), expected.repeat(2));
  });

  it('destroys the connection if the first write was not announced', async (t) => {
    const { socket, received } = await openSocket(t);
    assert.equal(socket.write(`${HEAD}\r\n`), false);
    assert.equal(socket.destroyed, true);
    assert.equal(received(), '');
  });

  it('destroys the connection if something else than the announced head is written', async (t) => {
    for (const data of [Buffer.from(`${HEAD}\r\n`), '\r\nabc', HEAD.replace('/', '/a')]) {
      const { socket } = await openSocket(t);
      announce(socket);
      socket.write(`${HEAD}\r\n`, 'latin1');
      announce(socket);
      assert.equal(socket.write(data), false);
      assert.equal(socket.destroyed, true);
    }
  });
});
