import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { describe, it } from 'node:test';
import { findKdcs } from '../../src/sspi/kerberos/configuration/find-kdcs.js';
import { type DnsAnswer, NAME_ERROR, startDnsServer } from '../support/dns-server.js';

const never = new AbortController().signal;
const ABSENCE = 'there is no krb5.conf';
const noKdc = (message: RegExp) => ({
  name: 'SspiError',
  code: 'SEC_E_NO_AUTHENTICATING_AUTHORITY',
  message,
});

async function withServer<T>(
  answer: DnsAnswer,
  work: (resolver: Resolver, questions: readonly string[]) => Promise<T>,
): Promise<T> {
  using server = await startDnsServer(() => answer);
  const resolver = new Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([server.address]);
  return await work(resolver, server.questions);
}

const srv = (name: string, priority = 0, weight = 0, port = 88) => ({
  name,
  priority,
  weight,
  port,
});

describe('the KDCs in DNS', () => {
  it('are asked for by the name of the realm, and come by priority', async () => {
    const records = [srv('c.example', 20, 100), srv('a.example', 5), srv('b.example', 10, 1, 750)];
    await withServer(records, async (resolver, questions) => {
      assert.deepEqual(await findKdcs('Example.TEST', ABSENCE, never, resolver), [
        { host: 'a.example', port: 88 },
        { host: 'b.example', port: 750 },
        { host: 'c.example', port: 88 },
      ]);
      assert.deepEqual(
        questions.map((name) => name.toLowerCase()),
        ['_kerberos._tcp.example.test'],
      );
    });
  });

  it('come at random within a priority, the heavier first more often', async () => {
    const records = [srv('none.example'), srv('light.example', 0, 1), srv('heavy.example', 0, 9)];
    await withServer(records, async (resolver) => {
      const first: Record<string, number> = {};
      for (let round = 0; round < 500; round++) {
        const [kdc] = await findKdcs('R', ABSENCE, never, resolver);
        first[kdc?.host ?? ''] = (first[kdc?.host ?? ''] ?? 0) + 1;
      }
      // The expectation is 450 of 500, and each bound is more than eight standard deviations away.
      assert.ok((first['heavy.example'] ?? 0) > 390, JSON.stringify(first));
      assert.ok((first['light.example'] ?? 0) > 0, JSON.stringify(first));
    });
  });

  it('are 32 at most', async () => {
    const records = Array.from({ length: 40 }, (_, index) => srv('k.e', 40 - index, 0, index + 1));
    await withServer(records, async (resolver) => {
      const ports = (await findKdcs('R', ABSENCE, never, resolver)).map(({ port }) => port);
      assert.deepEqual([ports.length, ports[0], ports.at(-1)], [32, 40, 9]);
    });
  });

  it('are none if the realm is no name in DNS, has no records, or says that it has none', async () => {
    await withServer([], async (resolver, questions) => {
      for (const realm of ['', 'A B', 'A\0', 'Ä', 'A/B', 'a'.repeat(201)]) {
        await assert.rejects(
          findKdcs(realm, ABSENCE, never, resolver),
          noKdc(/: there is no krb5\.conf, and it is no domain\. Give the realm its full name, /),
          realm,
        );
      }
      assert.deepEqual(questions, []);
      const attempt = findKdcs('R..', ABSENCE, never, resolver);
      await assert.rejects(attempt, noKdc(/no KDC for the realm "R\.\."/));
    });
    for (const answer of [[], NAME_ERROR, 2]) {
      await withServer(answer, (resolver) =>
        assert.rejects(
          findKdcs('R', ABSENCE, never, resolver),
          noKdc(/look-up of its SRV records failed/),
        ),
      );
    }
    await withServer([srv('.'), srv('a.example', 0, 0, 0)], (resolver) =>
      assert.rejects(findKdcs('R', ABSENCE, never, resolver), noKdc(/say that it has none/)),
    );
  });

  it('end with the reason of the signal', async () => {
    await withServer(undefined, async (resolver, questions) => {
      const controller = new AbortController();
      const search = findKdcs('R', ABSENCE, controller.signal, resolver);
      const reason = new Error('too late');
      while (questions.length === 0) await new Promise(setImmediate);
      controller.abort(reason);
      await assert.rejects(search, reason);
      await assert.rejects(findKdcs('R', ABSENCE, controller.signal, resolver), reason);
      assert.equal(questions.length, 1);
    });
  });
});
