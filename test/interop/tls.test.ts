import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { exportKeyingMaterial, open } from '../../src/index.js';
import { pollute } from '../support/pollution.js';
import { refused } from '../support/refused.js';
import { NO_EXTENDED_MASTER_SECRET, TlsBench } from '../support/tls.js';
import { vector } from '../support/vectors.js';

const LABEL = 'EXPORTER-Token-Binding';

/** HKDF-Expand-Label of RFC 8446 7.1, for lengths up to one hash. */
function expandLabel(hash: string, secret: Buffer, label: string, context: Buffer, length: number) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([
    Buffer.from([length >> 8, length & 0xff, name.length]),
    name,
    Buffer.from([context.length]),
    context,
    Buffer.from([1]),
  ]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/** TLS-Exporter of RFC 8446 7.5 without context. */
function exporter(hash: string, exporterSecret: Buffer): Buffer {
  const empty = createHash(hash).digest();
  const derived = expandLabel(hash, exporterSecret, LABEL, empty, empty.length);
  return expandLabel(hash, derived, 'exporter', empty, 32);
}

async function certificate(): Promise<{ cert: string; key: string }> {
  const attributes = [{ name: 'commonName', value: 'localhost' }];
  const made = await generate(attributes, { keyType: 'ec', curve: 'P-256' });
  return { cert: made.cert, key: made.private };
}

describe('exported keying material', () => {
  let bench: TlsBench;

  before(async () => {
    bench = await TlsBench.open({ minVersion: 'TLSv1.2' });
  });

  after(() => bench.close());

  const connect = (version: 'TLSv1.2' | 'TLSv1.3', options: tls.ConnectionOptions = {}) =>
    bench.connect({ minVersion: version, maxVersion: version, ...options });

  it('is the EKM of tb-59 for its exporter secret', () => {
    const secret = Buffer.from('12345678901234567890123456789012');
    assert.equal(exporter('sha256', secret).toString('hex'), vector('tb-59').ekm);
  });

  it('is the TLS 1.3 exporter of the connection, derived independently', async () => {
    const server = tls.createServer(await certificate(), (socket) => socket.on('error', () => {}));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const lines: string[] = [];
    client.on('keylog', (line) => lines.push(line.toString()));
    await once(client, 'secureConnect');
    const secret = /EXPORTER_SECRET [0-9a-f]+ ([0-9a-f]+)/.exec(lines.join(''))?.[1] ?? '';
    const hash = client.getCipher().name.endsWith('SHA384') ? 'sha384' : 'sha256';
    const derived = exporter(hash, Buffer.from(secret, 'hex'));
    assert.deepEqual(Buffer.from(exportKeyingMaterial(client)), derived);
    client.destroy();
    const error = refused('ERR_TB_NOT_SUPPORTED', () => exportKeyingMaterial(client));
    assert.match(error.message, /^the socket is closed/);
    server.close();
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`is the same at both ends, and different on other connections (${version})`, async () => {
      const one = await connect(version);
      const other = await connect(version);
      assert.equal(one.client.getProtocol(), version);
      const ekm = exportKeyingMaterial(one.client);
      assert.equal(ekm.length, 32);
      assert.equal(Object.getPrototypeOf(ekm), Uint8Array.prototype);
      assert.deepEqual(exportKeyingMaterial(one.server), ekm);
      assert.notDeepEqual(exportKeyingMaterial(other.client), ekm);

      const { tokenBinding } = open().generateBindingSync({
        keyType: 'ecdsap256',
        targetUrl: 'https://localhost/',
        bindingType: 'provided',
        ekm,
      });
      const message = open().generateMessageSync([tokenBinding]);
      const verify = (socket: TLSSocket) =>
        open().verifyMessageSync(message, {
          keyType: 'ecdsap256',
          ekm: exportKeyingMaterial(socket),
        });
      assert.equal(verify(one.server).length, 1);
      const { message: text } = refused('ERR_TB_SIGNATURE', () => verify(other.server));
      assert.match(text, /is not valid for this keying material \(ekm\) and key: /);
      assert.equal(verify(one.server).length, 1);
    });
  }

  it('differs from the value for an empty context on TLS 1.2', async () => {
    const { client } = await connect('TLSv1.2');
    const empty = client.exportKeyingMaterial(32, LABEL, Buffer.alloc(0));
    assert.notDeepEqual(Buffer.from(exportKeyingMaterial(client)), empty);
  });

  it('is rejected before the handshake and after the end', async () => {
    const unconnected = new tls.TLSSocket(new net.Socket());
    const early = refused('ERR_TB_NOT_SUPPORTED', () => exportKeyingMaterial(unconnected));
    assert.match(early.message, /^the TLS handshake is not complete: wait for 'secureConnect'$/);
    const { client } = await connect('TLSv1.3');
    client.destroy();
    await once(client, 'close');
    refused('ERR_TB_NOT_SUPPORTED', () => exportKeyingMaterial(client));
  });

  describe('on TLS 1.2 without Extended Master Secret', () => {
    const ends = async () => {
      const pair = await connect('TLSv1.2', { secureOptions: NO_EXTENDED_MASTER_SECRET });
      return [pair.client, pair.server];
    };

    it('is rejected at both ends, with advice', async () => {
      for (const socket of await ends()) {
        for (const options of [undefined, {}, { allowTls12: false }, { allowTls12: undefined }]) {
          const { message } = refused('ERR_TB_NOT_SUPPORTED', () =>
            exportKeyingMaterial(socket, options),
          );
          assert.match(message, /TLSv1\.2 without Extended Master Secret.*minVersion: 'TLSv1\.3'/);
        }
      }
    });

    it('needs { allowTls12: true } as an own property', async () => {
      const [client, server] = (await ends()) as [TLSSocket, TLSSocket];
      const ekm = exportKeyingMaterial(client, { allowTls12: true });
      assert.equal(ekm.length, 32);
      assert.deepEqual(exportKeyingMaterial(server, { allowTls12: true }), ekm);
      await pollute({ allowTls12: true }, () => {
        refused('ERR_TB_NOT_SUPPORTED', () => exportKeyingMaterial(client));
      });
      const inherited = Object.create({ allowTls12: true });
      for (const options of [null, true, inherited, { allowTLS12: true }, { allowTls12: 1 }]) {
        assert.throws(() => exportKeyingMaterial(client, options as never), TypeError);
      }
    });

    it('is rejected if the session cannot be read', async () => {
      const { client } = await connect('TLSv1.2');
      assert.equal(exportKeyingMaterial(client).length, 32);
      const session = client.getSession() as Buffer;
      for (const other of [undefined, Buffer.alloc(0), session.subarray(0, -1)]) {
        client.getSession = () => other && Buffer.from(other);
        refused('ERR_TB_NOT_SUPPORTED', () => exportKeyingMaterial(client));
      }
    });
  });

  it('is rejected on TLS 1.1, with every option', async () => {
    const ciphers = 'DEFAULT:@SECLEVEL=0';
    const old = await TlsBench.open({ minVersion: 'TLSv1.1', ciphers });
    const { client, server } = await old.connect({
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers,
    });
    assert.equal(client.getProtocol(), 'TLSv1.1');
    for (const socket of [client, server]) {
      refused('ERR_TB_NOT_SUPPORTED', () => exportKeyingMaterial(socket, { allowTls12: true }));
    }
    old.close();
  });

  it('accepts the socket of a request, of HTTP/1.1 and of HTTP/2', async () => {
    const served: Uint8Array[] = [];
    const options = { ...(await certificate()), allowHTTP1: true };
    const server = http2.createSecureServer(options, (request, response) => {
      served.push(exportKeyingMaterial(request.socket));
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const one = https.get({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false });
    const [response] = (await once(one, 'response')) as [http.IncomingMessage];
    assert.deepEqual(exportKeyingMaterial(response.socket), served[0]);
    response.resume();
    const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const other = session.request();
    await once(other, 'response');
    assert.deepEqual(exportKeyingMaterial(session.socket as TLSSocket), served[1]);
    session.destroy();
    server.close();
  });

  it('is rejected for a socket that is not a TLSSocket, with advice', async () => {
    let served: Socket | undefined;
    const server = http.createServer((request, response) => {
      served = request.socket;
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    for (const socket of [served, new net.Socket(), {}, { encrypted: true }]) {
      assert.throws(() => exportKeyingMaterial(socket as Socket), {
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
        message: /^socket must be a TLSSocket.*proxy/,
      });
    }
    for (const socket of [undefined, null, 7, 'socket']) {
      assert.throws(() => exportKeyingMaterial(socket as never), TypeError);
    }
    server.closeAllConnections();
    server.close();
  });
});
