import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { describe, it } from 'node:test';
import {
  forwardHeaders,
  HttpTokenBindingError,
  removeTokenBindingFields,
  tokenBinding,
} from '../../src/http.js';
import { encodeBase64url } from '../../src/wire.js';
import { newEkm } from '../support/messages.js';
import { Http2Client } from './support/binding-http2.js';
import { fieldFor, hashOf, KEY, KEYS, OTHER, valueFor } from './support/binding-message.js';
import { BY_ADDRESS, CONTEXT_BY_ADDRESS, startProxy } from './support/binding-proxy.js';
import {
  certificate,
  describe as describeRequest,
  type RunningServer,
  run,
  SERVERS,
} from './support/binding-servers.js';
import { newCertificate } from './support/server-certificates.js';
import { RawClient } from './support/server-client.js';

const identifierOf = ({ identifier }: typeof KEY) => encodeBase64url(identifier);
const SPOOFED = [
  `Sec-Provided-Token-Binding-ID: ${identifierOf(OTHER)}`,
  `SEC-REFERRED-TOKEN-BINDING-ID: ${identifierOf(OTHER)}`,
  `sec-other-token-binding-id: 4d.${identifierOf(OTHER)}`,
  'Sec-Token-Binding-Context: AAAA',
  'Token-Binding-Context: AAAA',
  'Provided-Token-Binding-ID: AAAA',
  'Sec_Provided_Token_Binding_ID: AAAA',
  'sec-provided_token-binding_id: AAAA',
  'Sec.Referred.Token.Binding.ID: AAAA',
  'Sec-Other-Token-Binding-ID_: AAAA',
  'Sec_Token_Binding: AAAA',
];

/** A backend that keeps what it got. */
interface Recorder extends RunningServer {
  readonly requests: IncomingMessage[];
}

async function startRecorder(): Promise<Recorder> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume().on('end', () => response.end(`${requests.length}`));
  });
  return Object.assign(await run(server), { requests });
}

/** The names of a request at the backend that have to do with Token Binding. */
function namesOf(request: IncomingMessage | undefined): string[] {
  assert.ok(request !== undefined);
  return Object.keys(request.headers)
    .filter((name) => /token|binding/i.test(name))
    .sort();
}

describe('a reverse proxy', () => {
  for (const [framework, start] of Object.entries(SERVERS)) {
    it(`forwards verified identifiers to a backend: ${framework}`, async () => {
      const own = await newCertificate();
      const { fingerprint256 } = new X509Certificate(own.cert);
      const reverseProxies = [{ certificate: fingerprint256 }];
      const setup = { requestCert: true, rejectUnauthorized: false };
      await using backend = await start({ reverseProxies, required: true }, setup);
      await using proxy = await startProxy({ port: backend.port, tls: own });
      using client = await RawClient.open(proxy.port, {});
      for (const [fields, text] of [
        [[fieldFor(client, KEY)], `${hashOf(KEY)}  0 0`],
        [
          [fieldFor(client, KEY, [KEYS.rsa2048_pss, 1], [OTHER, 77])],
          `${hashOf(KEY)} ${hashOf(KEYS.rsa2048_pss)} 1 0`,
        ],
        [[fieldFor(client, OTHER), ...SPOOFED], `${hashOf(OTHER)}  0 0`],
      ] as const) {
        const answer = await client.request([...fields]);
        assert.deepEqual([answer.status, answer.body], [200, text]);
      }
      assert.equal((await client.request()).status, 400);
      assert.equal((await client.request(SPOOFED)).status, 400);

      // Whoever passes by the proxy can claim nothing.
      using direct = await RawClient.open(backend.port, {});
      const { body } = await direct.request(SPOOFED.slice(0, 1));
      assert.match(body, /^a reverse proxy must be named/);
    });
  }

  it('removes what only it may add, with and without a message', async () => {
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    const kept = ['X-Token: 1', 'Authorization: Bearer a', 'Cookie: a=b', 'Early-Data: 1'];
    for (const field of [...SPOOFED, SPOOFED.join('\r\n')]) {
      assert.equal((await client.request([field, ...kept])).status, 200);
      const request = backend.requests.at(-1);
      assert.deepEqual(namesOf(request), ['x-token'], field);
      const { authorization, cookie, host, 'early-data': early } = request?.headers ?? {};
      assert.deepEqual([authorization, cookie, host, early], ['Bearer a', 'a=b', 'localhost', '1']);

      await client.request([field, fieldFor(client, KEY, [OTHER, 1])]);
      const bound = backend.requests.at(-1);
      const names = ['sec-provided-token-binding-id', 'sec-referred-token-binding-id'];
      assert.deepEqual(namesOf(bound), names);
      assert.deepEqual(
        names.map((name) => bound?.headers[name]),
        [identifierOf(KEY), identifierOf(OTHER)],
      );
      // Once each.
      assert.equal(bound?.rawHeaders.filter((name) => /^sec-/i.test(name)).length, 2);
    }
  });

  it('never forwards a request with an invalid message', async () => {
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    using another = await RawClient.open(proxy.port, {});
    const field = fieldFor(client, KEY);
    for (const [fields, status] of [
      [[fieldFor(another, KEY)], 400],
      [[`Sec-Token-Binding: ${valueFor(newEkm(), KEY)}`], 400],
      [[field, field], 400],
      [[field, 'SEC-TOKEN-BINDING:'], 400],
      [[`${field}=`], 400],
      [['Sec-Token-Binding:'], 400],
      [['Sec-Token-Binding: AAAA'], 400],
      [[fieldFor(client, [KEY, 1])], 400],
      [[fieldFor(client, KEY, OTHER)], 400],
      [[fieldFor(client, KEY, [OTHER, 1], [KEY, 1])], 400],
      [[fieldFor(client, KEYS.rsa2048_pss)], 400],
      [[`Sec-Token-Binding: ${'A'.repeat(8193)}`], 431],
      [[field.replace(/.{9}$/, 'AAAAAAAAA'), ...SPOOFED], 400],
    ] as const) {
      assert.equal((await client.request([...fields])).status, status);
    }
    assert.deepEqual([proxy.forwarded(), backend.requests.length], [0, 0]);
    assert.equal((await client.request([field])).status, 200);
    assert.equal(backend.requests.length, 1);
  });

  it('does not forward bindings that nobody has checked', async () => {
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    const unknown = { ...OTHER, identifier: Buffer.from([99, ...OTHER.identifier.subarray(1)]) };
    for (const type of [1, 77]) {
      const field = fieldFor(client, KEY, [unknown as typeof OTHER, type]);
      assert.equal((await client.request([field])).status, 200);
      assert.deepEqual(namesOf(backend.requests.at(-1)), ['sec-provided-token-binding-id']);
    }
  });

  it('removes the fields from trailers', async () => {
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port, byHand: true });
    using client = await RawClient.open(proxy.port, {});
    const trailers = [...SPOOFED, fieldFor(client, KEY), 'X-Checksum: 1'].join('\r\n');
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n';
    client.write(`${head}${fieldFor(client, KEY)}\r\n\r\n3\r\nabc\r\n0\r\n${trailers}\r\n\r\n`);
    assert.equal((await client.answer()).status, 200);
    const [request] = backend.requests;
    assert.deepEqual(request?.trailers, { 'x-checksum': '1' });
    assert.equal(request?.headers['sec-provided-token-binding-id'], identifierOf(KEY));
  });

  it('removes the fields of one connection, and no others', async () => {
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port });
    using client = await RawClient.open(proxy.port, {});
    const named = 'Sec-Provided-Token-Binding-ID, X-Named, Host, Content-Length, TE';
    const fields = [`Connection: ${named}`, 'X-Named: 1', 'TE: trailers', 'Keep-Alive: 5'];
    const more = ['Proxy-Connection: close', 'Upgrade: h2c', 'X-Kept: 1', fieldFor(client, KEY)];
    const answer = await client.request([...fields, ...more], 'abc', 'POST /path?a');
    assert.equal(answer.status, 200);
    const [request] = backend.requests;
    assert.equal(request?.url, '/path?a');
    const { connection, ...headers } = request.headers;
    assert.ok(connection === undefined || connection === 'keep-alive' || connection === 'close');
    assert.deepEqual(headers, {
      host: 'localhost',
      'content-length': '3',
      'x-kept': '1',
      'sec-provided-token-binding-id': identifierOf(KEY),
    });
  });

  it('does not let content pass for another request', async () => {
    const inner = `GET /inner HTTP/1.1\r\nHost: a\r\n${SPOOFED[0]}\r\n\r\n`;
    const chunk = `${Buffer.byteLength(inner).toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port });
    for (const method of ['GET', 'HEAD', 'DELETE', 'POST']) {
      for (const connection of ['close', 'Transfer-Encoding', 'Content-Length']) {
        using client = await RawClient.open(proxy.port, {});
        const fields = `Host: localhost\r\nConnection: ${connection}\r\n`;
        client.write(`${method} / HTTP/1.1\r\n${fields}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
        assert.equal((await client.answer()).status, 200);
        using plain = await RawClient.open(proxy.port, {});
        await plain.request([`Connection: ${connection}`], inner, `${method} /`);
      }
      using http2 = await Http2Client.open(proxy.port);
      const stream = http2.session.request(
        { ':path': '/', ':method': method },
        { endStream: false },
      );
      stream.end(inner);
      await new Promise((resolve) => stream.resume().on('close', resolve));
    }
    assert.ok(backend.requests.length >= 28);
    assert.deepEqual(new Set(backend.requests.map(({ url }) => url)), new Set(['/']));
  });

  it('forwards requests of HTTP/2', async () => {
    await using backend = await startRecorder();
    await using proxy = await startProxy({ port: backend.port });
    using client = await Http2Client.open(proxy.port);
    const spoofed = Object.fromEntries(
      SPOOFED.map((field) => field.toLowerCase().split(': ') as [string, string]),
    );
    assert.equal((await client.request([client.valueFor(KEY)], spoofed)).status, 200);
    const [request] = backend.requests;
    assert.deepEqual(namesOf(request), ['sec-provided-token-binding-id']);
    assert.equal(request?.headers['sec-provided-token-binding-id'], identifierOf(KEY));
    assert.equal(request?.headers.host, `127.0.0.1:${proxy.port}`);
    assert.deepEqual(
      Object.keys(request.headers).filter((name) => name.startsWith(':')),
      [],
    );
    assert.equal((await client.request([], spoofed)).status, 200);
    assert.deepEqual(namesOf(backend.requests.at(-1)), []);
    assert.equal((await client.request(['AAAA'])).status, 400);
    assert.equal((await client.request([client.valueFor(KEY), client.valueFor(KEY)])).status, 400);
    assert.equal(backend.requests.length, 2);
  });

  it('forwards the keying material to a backend that verifies', async () => {
    await using backend = (await SERVERS['node:https']?.(CONTEXT_BY_ADDRESS)) as RunningServer;
    const options = { fields: 'context' } as const;
    await using proxy = await startProxy({ port: backend.port, tls: {}, options });
    using client = await RawClient.open(proxy.port, {});
    const field = fieldFor(client, KEY, [OTHER, 1]);
    assert.equal((await client.request([field])).body, `${hashOf(KEY)} ${hashOf(OTHER)} 0 0`);
    assert.equal((await client.request([field, ...SPOOFED])).status, 200);
    assert.equal((await client.request()).body, 'none');
    assert.equal((await client.request(SPOOFED)).body, 'none');
    assert.equal((await client.request([`${field}=`])).status, 400);

    await using recorder = await startRecorder();
    await using other = await startProxy({ port: recorder.port, options });
    using second = await RawClient.open(other.port, {});
    await second.request();
    assert.deepEqual(namesOf(recorder.requests[0]), []);
    await second.request([fieldFor(second, KEY)]);
    const names = ['sec-token-binding', 'sec-token-binding-context'];
    assert.deepEqual(namesOf(recorder.requests[1]), names);
  });

  it('sends a backend no early data of TLS as bound', async () => {
    await using backend = (await SERVERS['node:https']?.(BY_ADDRESS)) as RunningServer;
    await using proxy = await startProxy({ port: backend.port, tls: {} });
    using client = await RawClient.open(proxy.port, {});
    assert.equal((await client.request(['Early-Data: 1', fieldFor(client, KEY)])).status, 425);
    assert.equal((await client.request([fieldFor(client, KEY)])).status, 200);
    assert.equal((await client.request(['Early-Data: 1'])).status, 200);
  });

  it('can stand behind another one', async () => {
    await using backend = await startRecorder();
    const inner = createServer(async (request, response) => {
      try {
        const headers = await forwardHeaders(request, BY_ADDRESS);
        send({ host: '127.0.0.1', port: backend.port, headers }, (result) =>
          result.pipe(response),
        ).end();
      } catch (error) {
        response.writeHead((error as HttpTokenBindingError).status).end();
      }
    });
    await using middle = await run(inner);
    await using outer = await startProxy({ port: middle.port });
    using client = await RawClient.open(outer.port, {});
    await client.request([fieldFor(client, KEY, [OTHER, 77])]);
    const { headers } = backend.requests[0] as IncomingMessage;
    assert.equal(headers['sec-provided-token-binding-id'], identifierOf(KEY));
    assert.equal(headers['sec-other-token-binding-id'], `4d.${identifierOf(OTHER)}`);
  });

  it('can forward an upgrade', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: x\r\n';
    const switching = `HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`;
    const bind = tokenBinding(BY_ADDRESS);
    const server = createServer().on('upgrade', async (request, socket) => {
      if (!(await bind.verifyUpgrade(request, socket))) return;
      socket.end(`${switching}${describeRequest(request)}`);
    });
    await using backend = await run(server);
    const front = createSecure(certificate).on('upgrade', async (request, socket) => {
      try {
        const headers = await forwardHeaders(request);
        const own = { ...headers, connection: 'Upgrade', upgrade: request.headers.upgrade };
        send({ host: '127.0.0.1', port: backend.port, headers: own })
          .on('upgrade', (_, peer, head) => {
            socket.write(`${switching}${head}`);
            peer.on('data', (data) => socket.write(data)).on('end', () => socket.end());
          })
          .end();
      } catch (error) {
        socket.end(`HTTP/1.1 ${(error as HttpTokenBindingError).status} No\r\n\r\n`);
      }
    });
    await using proxy = await run(front);
    for (const [make, text] of [
      [(client: RawClient) => fieldFor(client, KEY), hashOf(KEY)],
      [() => `Sec-Provided-Token-Binding-ID: ${identifierOf(OTHER)}`, '\r\n\r\nnone'],
      [() => `Sec-Token-Binding: ${valueFor(newEkm(), KEY)}`, '400 No'],
    ] as const) {
      using client = await RawClient.open(proxy.port, {});
      client.write(`GET / HTTP/1.1\r\nHost: a\r\n${upgrade}${make(client)}\r\n\r\n`);
      assert.ok((await client.closed()).includes(text));
    }
  });
});

describe('forwardHeaders() and removeTokenBindingFields()', () => {
  const request = { rawHeaders: [], headers: {}, socket: {} } as never;

  it('reject wrong arguments', async () => {
    for (const [call, kind] of [
      [() => forwardHeaders(undefined as never), TypeError],
      [() => forwardHeaders({} as never), TypeError],
      [() => forwardHeaders(request, { fields: 'both' } as never), RangeError],
      [() => forwardHeaders(request, { onRejected: () => {} } as never), TypeError],
      [() => forwardHeaders(request, { keyType: 'rsa' } as never), RangeError],
      [() => forwardHeaders(request, { ...BY_ADDRESS, fields: 'context' }), RangeError],
    ] as const) {
      await assert.rejects(call, kind);
    }
    assert.throws(() => removeTokenBindingFields(undefined as never), TypeError);
  });

  it('refuse a message without TLS', async () => {
    await using running = await run(
      createServer(async (incoming, response) => {
        const error = await forwardHeaders(incoming).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        response.end(error instanceof HttpTokenBindingError ? error.code : 'forwarded');
      }),
    );
    using client = await RawClient.open(running.port);
    const field = `Sec-Token-Binding: ${valueFor(newEkm(), KEY)}`;
    assert.equal((await client.request([field])).body, 'ERR_HTTP_TB_CONNECTION');
    assert.equal((await client.request(SPOOFED)).body, 'forwarded');
  });

  it('keep each other field', () => {
    const kept = {
      'x-sec-provided-token-binding-id': '1',
      'sec-provided-token-binding-id2': '1',
      'sec-token-binding-contexts': '1',
      'include-referred-token-binding-id': 'true',
      'sec-fetch-site': 'none',
      cookie: ['a', 'b'],
    };
    const spoofed = Object.fromEntries(SPOOFED.map((field) => field.split(': ')));
    assert.deepEqual(removeTokenBindingFields({ ...kept, ...spoofed }), kept);
  });
});
