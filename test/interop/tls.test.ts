import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import tls, { type SecureVersion, type Server, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { exportKeyingMaterial, open } from '../../src/index.js';
import { refused } from '../support/refused.js';
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

describe('exported keying material', () => {
  let server: Server;
  const accepted: TLSSocket[] = [];
  const opened: TLSSocket[] = [];
  let certificate = '';

  before(async () => {
    const attributes = [{ name: 'commonName', value: 'localhost' }];
    const { cert, private: key } = await generate(attributes, { keyType: 'ec', curve: 'P-256' });
    certificate = cert;
    server = tls.createServer({ cert, key, minVersion: 'TLSv1.2' }, (socket) => {
      accepted.push(socket);
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(() => {
    for (const socket of [...opened, ...accepted]) socket.destroy();
    server.close();
  });

  async function connect(version: SecureVersion) {
    const { port } = server.address() as AddressInfo;
    const client = tls.connect({
      port,
      host: '127.0.0.1',
      ca: certificate,
      checkServerIdentity: () => undefined,
      minVersion: version,
      maxVersion: version,
    });
    opened.push(client);
    const lines: string[] = [];
    client.on('keylog', (line) => lines.push(line.toString()));
    const [[theirs]] = await Promise.all([
      once(server, 'secureConnection') as Promise<[TLSSocket]>,
      once(client, 'secureConnect'),
    ]);
    return { client, theirs, keylog: lines.join('') };
  }

  it('is that of tb-59 for its exporter secret', () => {
    const secret = Buffer.from('12345678901234567890123456789012');
    assert.equal(exporter('sha256', secret).toString('hex'), vector('tb-59').ekm);
  });

  it('is the TLS 1.3 exporter of the connection, by an independent derivation', async () => {
    const { client, keylog } = await connect('TLSv1.3');
    const secret = /EXPORTER_SECRET [0-9a-f]+ ([0-9a-f]+)/.exec(keylog)?.[1] ?? '';
    const hash = client.getCipher().name.endsWith('SHA384') ? 'sha384' : 'sha256';
    const derived = exporter(hash, Buffer.from(secret, 'hex'));
    assert.deepEqual(Buffer.from(exportKeyingMaterial(client)), derived);
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`is the same at both ends and on no other connection (${version})`, async () => {
      const one = await connect(version);
      const other = await connect(version);
      assert.equal(one.client.getProtocol(), version);
      const ekm = exportKeyingMaterial(one.client);
      assert.equal(ekm.length, 32);
      assert.deepEqual(exportKeyingMaterial(one.theirs), ekm);
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
      assert.equal(verify(one.theirs).length, 1);
      refused('ERR_TB_SIGNATURE', () => verify(other.theirs));
      assert.equal(verify(one.theirs).length, 1);
    });
  }

  it('on TLS 1.2 is not the value for an empty context', async () => {
    const { client } = await connect('TLSv1.2');
    const empty = client.exportKeyingMaterial(32, LABEL, Buffer.alloc(0));
    assert.notDeepEqual(Buffer.from(exportKeyingMaterial(client)), empty);
  });

  it('is refused before the handshake and after the end', async () => {
    const unconnected = new tls.TLSSocket(opened[0] as TLSSocket);
    assert.throws(() => exportKeyingMaterial(unconnected), { code: 'ERR_TLS_INVALID_STATE' });
    const { client } = await connect('TLSv1.3');
    client.destroy();
    await once(client, 'close');
    assert.throws(() => exportKeyingMaterial(client), Error);
  });
});
