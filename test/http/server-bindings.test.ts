import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Server as SecureServer, TLSSocket } from 'node:tls';
import { tlsExporter, tlsServerEndPoint } from '../../src/sspi.js';
import { skipWithout } from '../support/programs.js';
import { ServerBench } from './support/server-bench.js';
import { type Certificate, newCertificate } from './support/server-certificates.js';
import { codeOf, fieldsOf, logOn, RawClient } from './support/server-client.js';

/** Node's types leave the name out. */
type NamedSocket = TLSSocket & { readonly servername: string };

let certificate: Certificate;
let other: Certificate;
before(async () => {
  certificate = await newCertificate();
  other = await newCertificate();
});

const bindingsOf = (client: RawClient) => tlsServerEndPoint(client.socket, 'client');

/** The bindings of a certificate that is signed with SHA-256. */
function endPointOf({ cert }: Certificate): Uint8Array {
  const hash = createHash('sha256').update(new X509Certificate(cert).raw).digest();
  return new Uint8Array(Buffer.concat([Buffer.from('tls-server-end-point:'), hash]));
}

describe('channel bindings on TLS', () => {
  for (const keyType of ['ec', 'rsa'] as const) {
    for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
      it(`authenticate with a certificate of ${keyType} and ${hash}`, async () => {
        const tls = await newCertificate(keyType, hash);
        await using bench = await ServerBench.open({ tls });
        for (const scheme of ['NTLM', 'Negotiate'] as const) {
          using client = await RawClient.open(bench.port, {});
          const channelBindings = bindingsOf(client);
          const answer = await logOn(client, 'user0', { channelBindings, scheme });
          assert.equal(answer.body, 'EXAMPLE\\user0 false 0');
          // The bindings can be computed again on the same connection.
          const again = await logOn(client, 'user1', { channelBindings: bindingsOf(client) });
          assert.equal(again.body, 'EXAMPLE\\user1 false 0');
          assert.equal((await client.request()).body, 'EXAMPLE\\user1 true 0');
        }
        assert.ok(bench.types.every((type) => type === 'authenticated'));
      });
    }
  }

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`authenticate on a resumed session of ${maxVersion}`, async () => {
      await using bench = await ServerBench.open({ tls: certificate });
      using first = await RawClient.open(bench.port, { maxVersion });
      const channelBindings = bindingsOf(first);
      const session = new Promise<Buffer>((resolve) => first.socket.once('session', resolve));
      await first.request();
      const known = (first.socket as TLSSocket).getSession();
      const resumable = maxVersion === 'TLSv1.2' ? known : await session;
      assert.ok(resumable !== undefined);
      using second = await RawClient.open(bench.port, { maxVersion, session: resumable });
      assert.ok((second.socket as TLSSocket).isSessionReused());
      assert.equal((await logOn(second, 'user0')).status, 401);
      const answer = await logOn(second, 'user0', { channelBindings });
      assert.equal(answer.body, 'EXAMPLE\\user0 false 0');
    });
  }

  it('of the name authenticate on a resumed session of a second certificate', async () => {
    const byName = new Map([
      ['a.example', tlsServerEndPoint(new X509Certificate(certificate.cert))],
      ['b.example', tlsServerEndPoint(new X509Certificate(other.cert))],
    ]);
    await using bench = await ServerBench.open({
      tls: certificate,
      channelBindings: ({ socket }) => byName.get((socket as NamedSocket).servername),
    });
    (bench.server as SecureServer).addContext('b.example', other);
    const options = { minVersion: 'TLSv1.3', servername: 'b.example' } as const;
    using first = await RawClient.open(bench.port, options);
    const channelBindings = bindingsOf(first);
    assert.deepEqual(channelBindings, byName.get('b.example'));
    const session = new Promise<Buffer>((resolve) => first.socket.once('session', resolve));
    assert.equal((await logOn(first, 'user0', { channelBindings })).status, 200);
    using second = await RawClient.open(bench.port, { ...options, session: await session });
    assert.ok((second.socket as TLSSocket).isSessionReused());
    assert.equal((await logOn(second, 'user0', { channelBindings })).status, 200);
    for (const wrong of [undefined, byName.get('a.example')]) {
      const answer = await logOn(second, 'user0', { channelBindings: wrong });
      assert.equal(answer.status, 401);
    }
  });

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`of a second certificate authenticate without tickets: ${maxVersion}`, async () => {
      const tls = { ...certificate, secureOptions: constants.SSL_OP_NO_TICKET };
      await using bench = await ServerBench.open({ tls });
      (bench.server as SecureServer).addContext('b.example', other);
      let session: Buffer | undefined;
      for (let count = 0; count < 2; count += 1) {
        const options = { maxVersion, servername: 'b.example', session };
        using client = await RawClient.open(bench.port, options);
        assert.equal((client.socket as TLSSocket).isSessionReused(), false);
        const channelBindings = bindingsOf(client);
        assert.deepEqual(channelBindings, endPointOf(other));
        assert.equal((await logOn(client, 'user0', { channelBindings })).status, 200);
        session = (client.socket as TLSSocket).getSession();
        assert.ok(session !== undefined);
      }
    });
  }

  it('are required: absent, of another server, or of another kind', async () => {
    await using bench = await ServerBench.open({ tls: certificate });
    for (const scheme of ['NTLM', 'Negotiate'] as const) {
      using client = await RawClient.open(bench.port, {});
      const right = bindingsOf(client);
      const wrong: (Uint8Array | undefined)[] = [
        undefined,
        endPointOf(other),
        tlsExporter(client.socket),
        right.subarray(0, -1),
        Buffer.concat([right, Buffer.of(0)]),
        right.subarray('tls-server-end-point:'.length),
        new Uint8Array(16),
      ];
      for (const channelBindings of wrong) {
        const answer = await logOn(client, 'user0', { channelBindings, scheme });
        assert.equal(answer.status, 401);
        assert.deepEqual(fieldsOf(answer, 'www-authenticate'), ['Negotiate', 'NTLM']);
        const event = bench.events.pop();
        assert.equal(event?.type, 'rejected');
        assert.equal(codeOf(event), 'SEC_E_BAD_BINDINGS');
        assert.match(event?.advice ?? '', /curl --ntlm.*proxy.*channelBindingPolicy: 'accept'/);
        assert.equal((await client.request()).status, 401);
      }
      assert.equal((await logOn(client, 'user0', { channelBindings: right })).status, 200);
      bench.events.pop();
    }
  });

  it('may be absent with the policy accept, and must not be wrong', async () => {
    await using bench = await ServerBench.open({
      tls: certificate,
      channelBindingPolicy: 'accept',
    });
    using client = await RawClient.open(bench.port, {});
    assert.equal((await logOn(client, 'user0')).status, 200);
    const channelBindings = endPointOf(other);
    assert.equal((await logOn(client, 'user0', { channelBindings })).status, 401);
    const right = bindingsOf(client);
    assert.equal((await logOn(client, 'user0', { channelBindings: right })).status, 200);
  });

  it('are not checked with the policy ignore', async () => {
    await using bench = await ServerBench.open({
      tls: certificate,
      channelBindingPolicy: 'ignore',
    });
    using client = await RawClient.open(bench.port, {});
    for (const channelBindings of [undefined, endPointOf(other)]) {
      assert.equal((await logOn(client, 'user0', { channelBindings })).status, 200);
    }
  });

  const skip = skipWithout('openssl');
  it('that the certificate has no hash for: nobody can log on, unless the policy says so', {
    skip,
  }, async () => {
    const tls = newEd25519Certificate();
    for (const [channelBindingPolicy, status] of [
      [undefined, 503],
      ['require', 503],
      ['accept', 200],
      ['ignore', 200],
    ] as const) {
      await using bench = await ServerBench.open({ tls, channelBindingPolicy });
      using client = await RawClient.open(bench.port, {});
      for (const channelBindings of [undefined, endPointOf(certificate)]) {
        const answer = await logOn(client, 'user0', { channelBindings }).catch(() => undefined);
        const isRefused = channelBindingPolicy === 'accept' && channelBindings !== undefined;
        if (status === 200) assert.equal(answer?.status, isRefused ? 401 : 200);
        else assert.equal((await client.request()).status, 401);
      }
      if (status === 200) continue;
      assert.deepEqual(bench.types, ['unavailable', 'unavailable']);
      assert.equal(codeOf(bench.events[0]), 'SEC_E_UNSUPPORTED_FUNCTION');
      assert.match(bench.events[0]?.advice ?? '', /Ed25519.*channelBindingPolicy: 'accept'/);
    }
  });

  it('of two servers with other certificates differ: a logon cannot be relayed', async () => {
    await using target = await ServerBench.open({ tls: certificate });
    await using relay = await ServerBench.open({ tls: other });
    using victim = await RawClient.open(relay.port, {});
    using attacker = await RawClient.open(target.port, {});
    // The victim computes the bindings of the connection to the attacker's server.
    const answer = await logOn(attacker, 'user0', { channelBindings: bindingsOf(victim) });
    assert.equal(answer.status, 401);
  });
});

describe('channel bindings of a proxy that ends TLS', () => {
  it('are those that the option gives, on plain http too', async () => {
    const channelBindings = endPointOf(certificate);
    await using bench = await ServerBench.open({ channelBindings: () => channelBindings });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0', { channelBindings })).status, 200);
    for (const wrong of [undefined, endPointOf(other)]) {
      const answer = await logOn(client, 'user0', { channelBindings: wrong });
      assert.equal(answer.status, 401);
      assert.equal((await client.request()).status, 401);
    }
  });

  it('replace those of the certificate of this server', async () => {
    const channelBindings = endPointOf(other);
    await using bench = await ServerBench.open({
      tls: certificate,
      channelBindings: () => channelBindings,
    });
    using client = await RawClient.open(bench.port, {});
    assert.equal((await logOn(client, 'user0', { channelBindings })).status, 200);
    assert.equal(
      (await logOn(client, 'user0', { channelBindings: bindingsOf(client) })).status,
      401,
    );
  });

  it('that the option does not give: nobody can log on', async () => {
    await using bench = await ServerBench.open({ channelBindings: () => undefined });
    using client = await RawClient.open(bench.port);
    for (const channelBindings of [undefined, endPointOf(certificate)]) {
      await assert.rejects(logOn(client, 'user0', { channelBindings }), /^Error: 503 /);
      assert.equal((await client.request()).status, 401);
    }
    assert.deepEqual(bench.types, ['unavailable', 'unavailable']);
  });

  it('that the option does not give: with the policy accept only clients that send none', async () => {
    await using bench = await ServerBench.open({
      tls: certificate,
      channelBindings: () => undefined,
      channelBindingPolicy: 'accept',
    });
    using client = await RawClient.open(bench.port, {});
    for (const channelBindings of [endPointOf(certificate), endPointOf(other)]) {
      assert.equal((await logOn(client, 'user0', { channelBindings })).status, 401);
      assert.equal(codeOf(bench.events.at(-1)), 'SEC_E_BAD_BINDINGS');
    }
    assert.equal((await logOn(client, 'user0')).status, 200);
  });

  it('that are no bytes, or a promise, are a failure under every policy that checks', async () => {
    const results: Readonly<Record<string, () => unknown>> = {
      'no bytes': () => new Uint8Array(0),
      '65,536 bytes': () => new Uint8Array(65_536),
      text: () => 'tls-server-end-point:',
      null: () => null,
      false: () => false,
      'a promise': async () => endPointOf(certificate),
      'a promise that is rejected': async () => {
        throw new Error('no bindings');
      },
      'an exception': () => {
        throw new Error('no bindings');
      },
    };
    for (const channelBindingPolicy of ['require', 'accept'] as const) {
      for (const [name, find] of Object.entries(results)) {
        await using bench = await ServerBench.open({
          channelBindings: find as () => Uint8Array | undefined,
          channelBindingPolicy,
        });
        using client = await RawClient.open(bench.port);
        for (const channelBindings of [undefined, endPointOf(certificate)]) {
          await assert.rejects(logOn(client, 'user0', { channelBindings }), /^Error: 500 /, name);
          assert.equal((await client.request()).status, 401);
        }
        assert.deepEqual(bench.types, ['failed', 'failed'], name);
        if (name.startsWith('a promise')) {
          assert.match(String(bench.events[0]?.error), /must return its result, not a promise/);
        }
      }
    }
  });
});

describe('targets', () => {
  for (const isTls of [false, true]) {
    it(`are checked ${isTls ? 'on TLS' : 'on plain http'}`, async () => {
      await using bench = await ServerBench.open({
        targets: ['HTTP/www.example.com'],
        ...(isTls ? { tls: certificate } : {}),
      });
      using client = await RawClient.open(bench.port, isTls ? {} : undefined);
      const bound = isTls ? { channelBindings: bindingsOf(client) } : {};
      for (const target of ['HTTP/www.example.com', 'http/WWW.EXAMPLE.COM']) {
        assert.equal((await logOn(client, 'user0', { ...bound, target })).status, 200);
      }
      for (const target of [undefined, 'HTTP/other.example.com', 'HTTP/www.example.com:80']) {
        const answer = await logOn(client, 'user0', { ...bound, target });
        assert.equal(answer.status, 401);
        assert.equal(codeOf(bench.events.at(-1)), 'SEC_E_WRONG_PRINCIPAL');
        assert.match(bench.events.at(-1)?.advice ?? '', /targets/);
        assert.equal((await client.request()).status, 401);
      }
    });
  }
});

/** The openssl of the system makes it: selfsigned has no Ed25519. */
function newEd25519Certificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
