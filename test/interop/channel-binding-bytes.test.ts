import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { tlsExporter, tlsServerEndPoint } from '../../src/sspi.js';
import { assertPlain } from '../support/plain-bytes.js';

it('channel bindings are plain Uint8Arrays at both ends', async (t) => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  const server = tls.createServer({ cert, key, minVersion: 'TLSv1.3' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'secureConnection');
  const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(client, 'secureConnect');
  const [socket] = (await accepted) as [TLSSocket];
  t.after(() => {
    for (const end of [client, socket]) end.destroy();
    server.close();
  });
  for (const end of [client, socket]) assertPlain('tls-exporter', tlsExporter(end));
  assertPlain('tls-server-end-point', tlsServerEndPoint(client, 'client'));
  assertPlain('tls-server-end-point', tlsServerEndPoint(socket, 'server'));
  assertPlain('tls-server-end-point', tlsServerEndPoint(new X509Certificate(cert)));
});
