import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { TLSSocket } from 'node:tls';
import { derElement } from '../../src/bytes/write-der.js';
import { signatureHashOf } from '../../src/sspi/certificate.js';
import {
  type ChannelBindingOptions,
  tlsExporter,
  tlsServerEndPoint,
  tlsUnique,
} from '../../src/sspi.js';
import { bytes, hex } from '../support/ntlm.js';
import { ascii, pair, sspiRefused, sspiRejected } from '../support/sspi.js';
import { NO_EXTENDED_MASTER_SECRET, TlsBench, type TlsPair } from '../support/tls.js';
import { certificates } from '../support/vectors.js';

type Version = 'TLSv1.2' | 'TLSv1.3';
const VERSIONS: readonly Version[] = ['TLSv1.2', 'TLSv1.3'];

describe('channel bindings of TLS', () => {
  let benches: Record<Version, TlsBench>;
  const opened: TlsBench[] = [];

  const open = async (options?: Parameters<typeof TlsBench.open>[0]): Promise<TlsBench> => {
    const bench = await TlsBench.open(options);
    opened.push(bench);
    return bench;
  };

  before(async () => {
    benches = {
      'TLSv1.2': await open({ maxVersion: 'TLSv1.2' }),
      'TLSv1.3': await open({ minVersion: 'TLSv1.3' }),
    };
  });

  after(() => {
    for (const bench of opened) bench.close();
  });

  const connect = (version: Version): Promise<TlsPair> => benches[version].connect();

  const ends = async (version: Version): Promise<TLSSocket[]> => {
    const { client, server } = await connect(version);
    return [client, server];
  };

  /** A connection that resumes the session of another. */
  const resume = async (bench: TlsBench): Promise<TlsPair> => {
    const first = await bench.connect();
    first.client.resume();
    first.server.write('x');
    const resumed = await bench.connect({ session: await first.session });
    assert.ok(resumed.client.isSessionReused());
    return resumed;
  };

  for (const version of VERSIONS) {
    it(`are the same at both ends, and different on another connection: ${version}`, async () => {
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

    it(`the end point is available repeatedly, and after the certificate was taken: ${version}`, async () => {
      const { client, server } = await connect(version);
      const wanted = hex(tlsServerEndPoint(server, 'server'));
      const ask = () => assert.equal(hex(tlsServerEndPoint(client, 'client')), wanted);
      for (let time = 0; time < 3; time++) ask();
      client.getPeerCertificate(true);
      ask();
      client.getPeerX509Certificate();
      ask();
      client.getPeerX509Certificate();
      ask();
      assert.equal(hex(tlsServerEndPoint(server, 'server')), wanted);
    });

    it(`the end point of a resumed session is rejected with advice: ${version}`, async () => {
      const { client, server } = await resume(benches[version]);
      const ask = () => tlsServerEndPoint(client, 'client');
      const error = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', ask);
      assert.match(error.message, /TLS session is resumed.*maxCachedSessions: 0/);
      assert.ok(tlsServerEndPoint(server, 'server').length > 0);
    });
  }

  for (const { name, hash, cert, key } of certificates) {
    const what = hash === null ? 'is rejected' : `is ${hash}`;
    it(`the hash for a certificate of ${name} ${what}`, async () => {
      const bench = await open({ cert, key, ciphers: 'DEFAULT@SECLEVEL=0' });
      const { client, server } = await bench.connect({ ciphers: 'DEFAULT@SECLEVEL=0' });
      const asked = [
        () => tlsServerEndPoint(client, 'client'),
        () => tlsServerEndPoint(server, 'server'),
        () => tlsServerEndPoint(new X509Certificate(cert)),
      ];
      for (const end of asked) {
        if (hash === null) {
          sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', end);
        } else {
          const digest = createHash(hash).update(new X509Certificate(cert).raw).digest();
          const wanted = Buffer.concat([Buffer.from('tls-server-end-point:'), digest]);
          assert.equal(hex(end()), hex(wanted));
        }
      }
    });
  }

  it('tls-unique is the first Finished message, which the server sends when it resumes', async () => {
    const full = await connect('TLSv1.2');
    const resumed = await resume(benches['TLSv1.2']);
    for (const [{ client, server }, first] of [
      [full, full.client],
      [resumed, resumed.server],
    ] as const) {
      const finished = first.getFinished();
      assert.equal(finished?.length, 12);
      const wanted = Buffer.concat([Buffer.from('tls-unique:'), finished]);
      for (const end of [client, server, client]) assert.equal(hex(tlsUnique(end)), hex(wanted));
    }
    assert.notEqual(hex(tlsUnique(full.client)), hex(tlsUnique(resumed.client)));
  });

  it('tls-unique follows a renegotiation at both ends', async () => {
    const { client, server } = await connect('TLSv1.2');
    const before = tlsUnique(client);
    await new Promise<void>((done, fail) => {
      client.renegotiate({ rejectUnauthorized: false }, (error) => (error ? fail(error) : done()));
    });
    assert.notEqual(hex(tlsUnique(client)), hex(before));
    assert.equal(hex(tlsUnique(client)), hex(tlsUnique(server)));
  });

  it('tls-unique is rejected on TLS 1.3, and every type before the handshake and after the end', async () => {
    for (const end of await ends('TLSv1.3')) {
      const error = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => tlsUnique(end));
      assert.match(error.message, /tls-unique needs TLS 1.2, not TLSv1.3/);
    }
    const unconnected = new TLSSocket(new Socket());
    for (const bindings of [tlsUnique, tlsExporter]) {
      const early = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => bindings(unconnected));
      assert.match(early.message, /^the TLS handshake is not complete/);
    }
    const { client, server } = await connect('TLSv1.2');
    for (const end of [client, server]) {
      end.destroy();
      for (const bindings of [tlsUnique, tlsExporter]) {
        const error = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => bindings(end));
        assert.match(error.message, /^the socket is not connected/);
      }
    }
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => tlsServerEndPoint(client, 'client'));
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => tlsServerEndPoint(server, 'server'));
  });

  it('of TLS 1.2 require the Extended Master Secret or allowTls12', async () => {
    const bench = await open({
      maxVersion: 'TLSv1.2',
      secureOptions: NO_EXTENDED_MASTER_SECRET,
    });
    const allowed = { allowTls12: true };
    for (const { client, server } of [await bench.connect(), await resume(bench)]) {
      for (const make of [tlsUnique, tlsExporter]) {
        for (const end of [client, server]) {
          for (const options of [undefined, {}, { allowTls12: false }]) {
            const error = sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => make(end, options));
            assert.match(error.message, /Extended Master Secret.*allowTls12/);
          }
        }
        assert.equal(hex(make(client, allowed)), hex(make(server, allowed)));
      }
    }
    const { client } = await connect('TLSv1.3');
    sspiRefused('SEC_E_UNSUPPORTED_FUNCTION', () => tlsUnique(client, allowed));
  });

  it('reject other options and inherited ones', async () => {
    const { client } = await connect('TLSv1.2');
    const inherited = Object.create({ allowTls12: true });
    for (const options of [null, 7, { allow: true }, { allowTls12: 1 }, inherited]) {
      for (const make of [tlsUnique, tlsExporter]) {
        assert.throws(() => make(client, options as ChannelBindingOptions), TypeError);
      }
    }
  });

  it('accept a handshake on its own connection and on no other', async () => {
    const one = await connect('TLSv1.3');
    const two = await connect('TLSv1.3');
    const initialize = { channelBindings: tlsExporter(one.client) };
    await pair({ initialize, accept: { channelBindings: tlsExporter(one.server) } });
    const relayed = pair({ initialize, accept: { channelBindings: tlsExporter(two.server) } });
    await sspiRejected('SEC_E_BAD_BINDINGS', relayed);
  });

  it('require a TLS socket', async () => {
    const { client } = await connect('TLSv1.3');
    // Like the socket of a session of node:http2.
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
      assert.throws(() => tlsUnique(socket as never), wanted);
      assert.throws(() => tlsServerEndPoint(socket as never, 'client'), wanted);
    }
  });

  it('require a role, or a certificate without one', async () => {
    const { client, server } = await connect('TLSv1.3');
    const certificate = client.getPeerX509Certificate() as X509Certificate;
    for (const role of ['client', 'server'] as const) {
      assert.throws(() => tlsServerEndPoint(certificate as never, role), RangeError);
    }
    for (const wrong of [certificate.raw, certificate.toString(), {}]) {
      assert.throws(() => tlsServerEndPoint(wrong as never), {
        name: 'TypeError',
        message: 'socket must be a TLSSocket of node:tls, or an X509Certificate of node:crypto',
      });
    }
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

  it('is the hash of its signature, or SHA-256 in place of MD5 and SHA-1', () => {
    const algorithms = {
      '2a864886f70d010104': 'sha256',
      '2a864886f70d010105': 'sha256',
      '2a864886f70d01010b': 'sha256',
      '2a864886f70d01010d': 'sha512',
      '2a8648ce3d040303': 'sha384',
      '2a864886f70d01010f': 'sha512-224',
      '2a864886f70d010110': 'sha512-256',
      '608648016503040309': 'sha3-224',
      '60864801650304030c': 'sha3-512',
      '60864801650304030d': 'sha3-224',
      '608648016503040310': 'sha3-512',
    };
    for (const [text, hash] of Object.entries(algorithms)) {
      assert.equal(signatureHashOf(certificate(oid(text), derElement(0x05))), hash);
    }
    assert.equal(signatureHashOf(pss()), 'sha256');
    assert.equal(signatureHashOf(pss(hashField('608648016503040206'))), 'sha512-256');
    assert.equal(signatureHashOf(pss(hashField('608648016503040208'))), 'sha3-256');
    assert.equal(signatureHashOf(pss(hashField('608648016503040203'))), 'sha512');
    assert.equal(signatureHashOf(pss(hashField('2b0e03021a'), derElement(0xa1))), 'sha256');
  });

  it('is undefined for algorithms without one', () => {
    // Ed25519, Ed448, RSA without a hash, RSA-PSS with SHAKE128, and SHA-256 and SHA3-256, which are no signatures.
    const open = ['2b6570', '2b6571', '2a864886f70d010101', '2b0601050507061e'];
    for (const text of [...open, '608648016503040201', '608648016503040208']) {
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

  it('is rejected for bytes that are no certificate', () => {
    for (const wrong of [new Uint8Array(0), derElement(0x30), bytes('3080'), bytes('30820400')]) {
      sspiRefused('SEC_E_INVALID_TOKEN', () => signatureHashOf(wrong));
    }
  });
});
