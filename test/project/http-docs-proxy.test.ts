import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fieldFor, KEY } from '../http/support/binding-message.js';
import { certificate } from '../http/support/binding-servers.js';
import { fieldsOf, RawClient } from '../http/support/server-client.js';
import { blocksOf } from '../support/markdown.js';
import { Project } from '../support/project.js';
import { retry } from '../support/retry.js';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');

interface Proxy {
  /** What the proxy is printed in. */
  readonly name: string;
  readonly isBackendSecure?: boolean;
  /** The headers with which it tells the key of a client. */
  readonly adds: readonly string[];
  /** A program that starts it as `server`, in front of a backend on this port. */
  program(port: number): string;
}

const IDENTIFIERS = ['sec-provided-token-binding-id'];

function blockOf(port: number): string {
  const code = blocksOf(read('docs/http.md'), 'js').find((block) =>
    block.includes('forwardRequest('),
  );
  return (code ?? '').replace('listen(8443', 'listen(0').replace('8080', String(port));
}

const PROXIES: readonly Proxy[] = [
  { name: 'docs/http.md', adds: IDENTIFIERS, program: blockOf },
  {
    name: 'docs/http.md, with keying material',
    adds: ['sec-token-binding', 'sec-token-binding-context'],
    program: (port) => {
      const [, call = ''] =
        /`(forwardRequest\(.*?\))`\. The server behind it/.exec(read('docs/http.md')) ?? [];
      assert.match(call, /context/);
      return blockOf(port).replace(/forwardRequest\(request.*?\)/, call);
    },
  },
  {
    name: 'the example of forwardRequest()',
    adds: IDENTIFIERS,
    program: (port) => {
      const source = read('src/http/tokenbinding/ttrp/proxy/forward-request.ts');
      const [, example = ''] = /@example\n(.*?) \*\//s.exec(source) ?? [];
      const code = example.replaceAll(/^ \* ?/gm, '').replaceAll('8080', String(port));
      return `${code.replace("'localhost'", "'127.0.0.1'")}\nserver.listen(0);`;
    },
  },
  {
    name: 'examples/reverse-proxy',
    isBackendSecure: true,
    adds: IDENTIFIERS,
    program: (port) => `
      import { readFileSync } from 'node:fs';
      import { makeProxy } from '${pathToFileURL(fileURLToPath(new URL('examples/reverse-proxy/proxy.mjs', root)))}';
      const pair = { key: readFileSync('key.pem'), cert: readFileSync('cert.pem') };
      const backend = { host: '127.0.0.1', port: ${port}, rejectUnauthorized: false };
      const server = makeProxy(pair, backend).listen(0);`,
  },
];

/** What came to the backend. */
type Arrived = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string };

/** A backend that tells what came, and hangs up in the answer to /half and instead of an answer to /none. */
function newBackend(isSecure: boolean, arrived: Arrived[]): Server {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url, headers } = request;
    const chunks = await request.toArray().catch(() => undefined);
    if (chunks === undefined) return;
    arrived.push({ method, url, headers, body: String(Buffer.concat(chunks)) });
    if (url === '/none') request.socket.destroy();
    else if (url === '/half') {
      response.writeHead(200, { 'content-length': '9' });
      response.write('half', () => request.socket.destroy());
    } else {
      const fields = { 'set-cookie': ['a=1', 'b=2'], 'cache-control': 'private' };
      response.writeHead(203, fields).end(`${method} ${url}`);
    }
  };
  return isSecure ? createSecureServer(certificate, handle) : createServer(handle);
}

async function listen(server: Server, port: number = 0): Promise<number> {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

for (const { name, isBackendSecure = false, adds, program } of PROXIES) {
  describe(`the reverse proxy in ${name}`, () => {
    const project = new Project();
    const arrived: Arrived[] = [];
    const backend = newBackend(isBackendSecure, arrived);
    let child: ChildProcess;
    let port: number;
    let backendPort: number;

    before(async () => {
      await project.writeCertificate();
      backendPort = await listen(backend);
      const more = `
        if (!server.listening) await new Promise((resolve) => server.on('listening', resolve));
        process.send(server.address().port);`;
      const args = ['--input-type=module', '--eval', `${program(backendPort)}\n${more}`];
      const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
      child = spawn(process.execPath, args, { cwd: project.folder, stdio: [...stdio] });
      [port] = (await once(child, 'message')) as [number];
    });
    after(() => {
      child.kill();
      backend.close();
    });

    it('forwards method, path, body, status and headers', async () => {
      using client = await RawClient.open(port, {});
      for (const [method, body] of [['GET'], ['POST', 'abc'], ['DELETE', 'd']] as const) {
        const field = fieldFor(client, KEY);
        const answer = await client.request([field, 'X-A: 1'], body, `${method} /a?b=c`);
        assert.deepEqual([answer.status, answer.body], [203, `${method} /a?b=c`]);
        assert.deepEqual(fieldsOf(answer, 'set-cookie'), ['a=1', 'b=2']);
        assert.deepEqual(fieldsOf(answer, 'cache-control'), ['private']);
        const { headers, ...request } = arrived.at(-1) as Arrived;
        assert.deepEqual(request, { method, url: '/a?b=c', body: body ?? '' });
        assert.equal(headers['x-a'], '1');
        const names = Object.keys(headers).filter((header) => header.includes('token-binding'));
        assert.deepEqual(names.sort(), adds);
      }
      client.write(
        `HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${fieldFor(client, KEY)}\r\n\r\n`,
      );
      assert.match(await client.closed(), /^HTTP\/1\.1 203 [\s\S]*\r\n\r\n$/);
      assert.equal(arrived.at(-1)?.method, 'HEAD');
    });

    it('forwards no request with an invalid message', async () => {
      const before = arrived.length;
      using client = await RawClient.open(port, {});
      const answer = await client.request(['Sec-Token-Binding: AAAA'], 'abc', 'POST /');
      assert.equal(answer.status, 400);
      assert.equal(arrived.length, before);
    });

    it('lets no body and no header pass for a request', async () => {
      const before = arrived.length;
      const inner = 'GET /admin HTTP/1.1\r\nHost: a\r\n\r\n';
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        using client = await RawClient.open(port, {});
        await client.request([], inner, `${method} /public`);
        await client.request(['X-Pad: GET /admin HTTP/1.1'], undefined, 'GET /public');
        const length = inner.length.toString(16);
        client.write(
          `${method} /public HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`,
          `${length}\r\n${inner}\r\n0\r\n\r\n`,
        );
        assert.equal((await client.answer()).status, 203);
        // A body that never ends.
        using aborted = await RawClient.open(port, {});
        aborted.write(`${method} /public HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nGET`);
        aborted.socket.end();
        await aborted.closed();
        await client.request(['X-Pad: GET /admin HTTP/1.1'], undefined, 'GET /public');
      }
      assert.equal(arrived.length, before + 16);
      const urls = new Set(arrived.slice(before).map(({ url }) => url));
      assert.deepEqual(urls, new Set(['/public']));
    });

    it('survives a backend that hangs up, and one that is down', async () => {
      using client = await RawClient.open(port, {});
      assert.equal((await client.request([], undefined, 'HEAD /none')).status, 502);
      assert.equal((await client.request([], 'abc', 'POST /none')).status, 502);
      client.write('GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
      assert.match(await client.closed(), /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nhalf$/);

      backend.close();
      (backend as ReturnType<typeof createServer>).closeAllConnections();
      using second = await RawClient.open(port, {});
      for (const body of [undefined, 'abc']) {
        assert.equal((await second.request([], body, 'POST /')).status, 502);
      }
      // Another process may have taken the port for a time.
      await retry(() =>
        listen(backend, backendPort).catch((error) => {
          if (error.code !== 'EADDRINUSE') throw error;
          return undefined;
        }),
      );
      using third = await RawClient.open(port, {});
      assert.equal((await third.request([], 'abc', 'POST /')).status, 203);
      assert.equal(child.exitCode, null);
    });
  });
}
