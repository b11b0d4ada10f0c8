import assert from 'node:assert/strict';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { forwardRequest } from '../../src/http.js';
import { Http2Client } from './support/binding-http2.js';
import { certificate, run } from './support/binding-servers.js';

/** A backend that sends this answer to whatever comes, and a proxy for HTTP/2 in front of it. */
async function startProxy(answer: string) {
  const received: string[] = [];
  const backend = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received.push(String(data));
      socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo;
  const server = createSecureServer(certificate, async (request, response) => {
    try {
      await forwardRequest(request, response, { host: '127.0.0.1', port });
    } catch {
      if (!response.headersSent) response.writeHead(502).end();
    }
  });
  const running = await run(server);
  return {
    port: running.port,
    received,
    async [Symbol.asyncDispose]() {
      backend.close();
      await running[Symbol.asyncDispose]();
    },
  };
}

describe('forwardRequest() to a client of HTTP/2', () => {
  const wrong: Readonly<Record<string, readonly [answer: string, status: number]>> = {
    'the field HTTP2-Settings': ['200 OK\r\nHTTP2-Settings: AAMA\r\nContent-Length: 0', 200],
    'a status that HTTP/2 does not have': ['600 X\r\nSet-Cookie: a=b\r\nContent-Length: 0', 502],
    'the status 0': ['000 X\r\nSet-Cookie: a=b\r\nContent-Length: 0', 502],
    'content that 204 does not have': ['204 No Content\r\nContent-Length: 5', 204],
  };
  for (const [name, [answer, status]] of Object.entries(wrong)) {
    it(`survives a backend that sends ${name}`, async () => {
      await using proxy = await startProxy(`HTTP/1.1 ${answer}\r\n\r\n`);
      using client = await Http2Client.open(proxy.port);
      const stream = client.session.request({ ':path': '/' });
      const fields = await new Promise<Record<string, unknown>>((resolve, reject) => {
        stream.on('response', (headers) => resolve(headers));
        stream.on('error', reject);
      });
      assert.equal(fields[':status'], status);
      assert.deepEqual([fields['set-cookie'], fields['http2-settings']], [undefined, undefined]);
      stream.resume();
      await new Promise((resolve) => stream.on('close', resolve));
      assert.equal(stream.rstCode, 0);
    });
  }

  it('forwards no method that HTTP/1.1 would write otherwise, and no target that is not a path', async () => {
    await using proxy = await startProxy('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    using client = await Http2Client.open(proxy.port);
    const requests = [
      { ':method': 'delete' },
      { ':method': 'connect' },
      { ':method': 'Get' },
      { ':scheme': 'foo', ':path': 'http://internal/x' },
    ];
    for (const headers of requests) {
      const { status } = await client.request([], headers);
      assert.equal(status, 502, JSON.stringify(headers));
    }
    assert.deepEqual(proxy.received, []);
    assert.equal((await client.request([], { ':method': 'DELETE' })).status, 200);
    assert.match(proxy.received.join(''), /^DELETE \/ HTTP\/1\.1\r\n/);
  });
});
