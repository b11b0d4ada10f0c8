import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { derElement } from '../../src/bytes/der.js';
import { signatureHashOf } from '../../src/sspi/certificate.js';
import { tlsExporter, tlsServerEndPoint } from '../../src/sspi.js';
import { bytes, hex } from '../support/ntlm.js';
import { ascii, pair, sspiRefused, sspiRejected } from '../support/sspi.js';

interface Connection {
  readonly client: TLSSocket;
  readonly server: TLSSocket;
}

describe('channel bindings of TLS', () => {
  const attributes = [{ name: 'commonName', value: 'localhost' }];
  const servers: tls.Server[] = [];
  let certificate: { cert: string; private: string };

  before(async () => {
    certificate = await generate(attributes, {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha384',
    });
  });

  after(() => {
    for (const server of servers) server.close();
  });

  const connect = async (version: 'TLSv1.2' | 'TLSv1.3'): Promise<Connection> => {
    const { cert, private: key } = certificate;
    const server = tls.createServer({ cert, key, maxVersion: version, minVersion: version });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'secureConnection');
    const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    const [socket] = (await accepted) as [TLSSocket];
    after(() => {
      client.destroy();
      socket.destroy();
    });
    return { client, server: socket };
  };

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`are the same at both ends, and others on another connection: ${version}`, async () => {
      const one = await connect(version);
      const two = await connect(version);
      const [own, server] = [tlsExporter(one.client), tlsExporter(one.server)];
      assert.equal(hex(own), hex(server));
      assert.equal(Buffer.from(own).toString('latin1', 0, 13), 'tls-exporter:');
      assert.equal(own.length, 13 + 32);
      assert.notEqual(hex(own), hex(tlsExporter(two.client)));
      const endPoint = tlsServerEndPoint(one.client, 'client');
      assert.equal(hex(endPoint), hex(tlsServerEndPoint(one.server, 'server')));
      assert.equal(hex(endPoint), hex(tlsServerEndPoint(two.client, 'client')));
    });
  }

  it("the end point is the hash of the server's certificate", async () => {
    const { client } = await connect('TLSv1.3');
    const { raw } = new X509Certificate(certificate.cert);
    const hash = createHash('sha384').update(raw).digest();
    const wanted = Buffer.concat([Buffer.from('tls-server-end-point:'), hash]);
    assert.equal(hex(tlsServerEndPoint(client, 'client')), hex(wanted));
  });

  it('let a handshake through on its own connection and on no other', async () => {
    const one = await connect('TLSv1.3');
    const two = await connect('TLSv1.3');
    const initialize = { channelBindings: tlsExporter(one.client) };
    await pair({ initialize, accept: { channelBindings: tlsExporter(one.server) } });
    const relayed = pair({ initialize, accept: { channelBindings: tlsExporter(two.server) } });
    await sspiRejected('SEC_E_BAD_BINDINGS', relayed);
  });

  it('need a TLS socket, which is told by a TypeError', async () => {
    const { client } = await connect('TLSv1.3');
    // As the socket of a session of node:http2 is.
    const proxied = new Proxy(client, {
      get(socket, name) {
        const value: unknown = Reflect.get(socket, name);
        return typeof value === 'function' ? value.bind(socket) : value;
      },
    });
    assert.equal(hex(tlsExporter(proxied)), hex(tlsExporter(client)));
    const like = {
      getPeerX509Certificate: () => undefined,
      exportKeyingMaterial: () => ascii('x'),
    };
    for (const socket of [undefined, null, 7, 'socket', {}, like, new Socket()]) {
      const wanted = {
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
        message: /^socket must be /,
      };
      assert.throws(() => tlsExporter(socket as never), wanted);
      assert.throws(() => tlsServerEndPoint(socket as never, 'client'), wanted);
    }
  });

  it('need to know the end, and a certificate', async () => {
    const { client, server } = await connect('TLSv1.3');
    for (const role of [undefined, 7]) {
      assert.throws(() => tlsServerEndPoint(client, role as never), TypeError);
    }
    assert.throws(() => tlsServerEndPoint(client, 'peer' as never), RangeError);
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => tlsServerEndPoint(server, 'client'));
  });
});

describe('the hash of a certificate (RFC 5929 4.1)', () => {
  const oid = (text: string) => derElement(0x06, bytes(text));
  const certificate = (...algorithm: Uint8Array[]) =>
    derElement(0x30, derElement(0x30), derElement(0x30, ...algorithm), derElement(0x03));
  const pss = (...fields: Uint8Array[]) =>
    certificate(oid('2a864886f70d01010a'), derElement(0x30, ...fields));
  const hashField = (text: string) => derElement(0xa0, derElement(0x30, oid(text)));

  it('is that of its signature, or SHA-256 in place of MD5 and SHA-1', () => {
    const algorithms = {
      '2a864886f70d010104': 'sha256',
      '2a864886f70d010105': 'sha256',
      '2a864886f70d01010b': 'sha256',
      '2a864886f70d01010d': 'sha512',
      '2a8648ce3d040303': 'sha384',
    };
    for (const [text, hash] of Object.entries(algorithms)) {
      assert.equal(signatureHashOf(certificate(oid(text), derElement(0x05))), hash);
    }
    assert.equal(signatureHashOf(pss()), 'sha256');
    assert.equal(signatureHashOf(pss(hashField('608648016503040203'))), 'sha512');
    assert.equal(signatureHashOf(pss(hashField('2b0e03021a'), derElement(0xa1))), 'sha256');
  });

  it('is open for algorithms without one', () => {
    // Ed25519, Ed448, RSA without a hash, and SHA-256, which is no signature.
    for (const text of ['2b6570', '2b6571', '2a864886f70d010101', '608648016503040201']) {
      assert.equal(signatureHashOf(certificate(oid(text))), undefined);
    }
    assert.equal(signatureHashOf(pss(hashField('2a864886f70d01010b'))), undefined);
  });

  it('is a plain hash in the parameters of RSA-PSS, and not RSA-PSS again', () => {
    const rsaPss = oid('2a864886f70d01010a');
    let algorithm: Uint8Array = derElement(0x30, rsaPss);
    for (let depth = 0; depth < 3000; depth++) {
      algorithm = derElement(0x30, rsaPss, derElement(0x30, derElement(0xa0, algorithm)));
    }
    const nested = derElement(0x30, derElement(0x30), algorithm, derElement(0x03));
    assert.equal(signatureHashOf(nested), undefined);
  });

  it('is not that of what is no certificate', () => {
    for (const wrong of [new Uint8Array(0), derElement(0x30), bytes('3080'), bytes('30820400')]) {
      sspiRefused('SEC_E_INVALID_TOKEN', () => signatureHashOf(wrong));
    }
  });
});
