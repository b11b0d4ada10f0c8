import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2, constants, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { negotiate } from '../../src/http-auth.js';
import { PATIENT } from '../support/patience.js';
import { retry } from '../support/retry.js';
import { accounts, ServerBench } from './support/server-bench.js';
import { pair, resolvers } from './support/server-calls.js';
import { codeOf, fieldsOf, Logon, logOn, RawClient, requestOf } from './support/server-client.js';

/** Asserts that the next request without credentials has no user. */
async function hasNoUser(client: RawClient): Promise<void> {
  assert.equal((await client.request()).status, 401);
}

describe('a handshake belongs to its connection', () => {
  it('the legs of one handshake on two connections are rejected', async () => {
    await using bench = await ServerBench.open();
    using clients = await pair(bench);
    const [one, two] = clients;
    const logon = await Logon.of('user0');
    const challenge = await one.request([await logon.first()]);
    const last = await logon.next(challenge);
    assert.equal((await two.request([last])).status, 400);
    await hasNoUser(two);
    await hasNoUser(one);
    // The request without credentials ended it.
    assert.equal((await one.request([last])).status, 400);
  });

  it('the last token does not complete the handshake of another connection', async () => {
    await using bench = await ServerBench.open();
    using clients = await pair(bench);
    const [one, two] = clients;
    const [victim, attacker] = [await Logon.of('user0'), await Logon.of('user1')];
    const challenge = await one.request([await victim.first()]);
    await two.request([await attacker.first()]);
    const stolen = await victim.next(challenge);
    assert.equal((await two.request([stolen])).status, 401);
    await hasNoUser(two);
    assert.equal(codeOf(bench.events[0]), 'SEC_E_LOGON_DENIED');
    assert.equal((await one.request([stolen])).body, 'EXAMPLE\\user0 false 0');
  });

  it('a whole handshake cannot be replayed, on a new connection or on its own', async () => {
    await using bench = await ServerBench.open();
    using clients = await pair(bench);
    const [one, two] = clients;
    const logon = await Logon.of('user0');
    const first = await logon.first();
    const last = await logon.next(await one.request([first]));
    assert.equal((await one.request([last])).status, 200);
    for (const client of [two, one]) {
      assert.equal((await client.request([first])).status, 401);
      assert.equal((await client.request([last])).status, 401);
      await hasNoUser(client);
    }
  });

  it('the last token again, on the authenticated connection, drops the user', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    assert.equal((await client.request([last])).status, 200);
    assert.equal((await client.request([last])).status, 400);
    await hasNoUser(client);
  });

  it('a new connection from the same address and port has no user', async () => {
    await using bench = await ServerBench.open();
    // Another process may take the port in between.
    using two = await retry(async () => {
      using one = await RawClient.open(bench.port);
      await logOn(one, 'user0');
      const localPort = one.socket.localPort as number;
      one.socket.resetAndDestroy();
      await once(one.socket, 'close');
      const next = await RawClient.open(bench.port, undefined, localPort).catch(() => undefined);
      assert.equal(next?.socket.localPort ?? localPort, localPort);
      return next;
    });
    await hasNoUser(two);
  });
});

describe('another request between the legs ends the handshake', () => {
  const others: Readonly<Record<string, readonly string[]>> = {
    'without Authorization': [],
    'with Bearer': ['Authorization: Bearer abc'],
    'with Basic': ['Authorization: Basic dXNlcjA6c2VjcmV0LXVzZXIw'],
    'with another scheme of ours': [
      'Authorization: Negotiate TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=',
    ],
    'with an invalid token': ['Authorization: NTLM !'],
    'with a forwarded request': ['X-Forwarded-For: 10.0.0.1'],
  };
  for (const [name, fields] of Object.entries(others)) {
    it(name, async () => {
      await using bench = await ServerBench.open();
      using client = await RawClient.open(bench.port);
      const logon = await Logon.of('user0');
      const last = await logon.next(await client.request([await logon.first()]));
      const other = await client.request(fields);
      assert.ok([400, 401, 403].includes(other.status));
      assert.deepEqual(
        fieldsOf(other, 'www-authenticate'),
        other.status === 401 ? ['Negotiate', 'NTLM'] : [],
      );
      if (fieldsOf(other, 'connection').includes('close')) {
        await client.closed();
        return;
      }
      assert.equal((await client.request([last])).status, 400);
      await hasNoUser(client);
    });
  }

  it('with its next token in the other scheme', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    const other = await client.request([last.replace('NTLM', 'Negotiate')]);
    assert.deepEqual(fieldsOf(other, 'www-authenticate'), ['Negotiate', 'NTLM']);
    assert.equal((await client.request([last])).status, 400);
    await hasNoUser(client);
  });

  it('a request that is skipped', async () => {
    await using bench = await ServerBench.open({ skip: ({ url }) => url === '/health' });
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    const health = await client.request([], undefined, 'GET /health');
    assert.equal(health.body, 'undefined undefined 0');
    assert.equal((await client.request([last])).status, 400);
    await hasNoUser(client);
  });
});

describe('requests in a pipeline', () => {
  it('that come during a step end the handshake, and none has a user', async () => {
    for (const fields of [
      [],
      ['Authorization: Bearer abc'],
      ['Authorization: NTLM TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA='],
    ]) {
      let served = 0;
      await using bench = await ServerBench.open({
        serve: (middleware) => (request, response) =>
          middleware(request, response, () => {
            served += 1;
            response.end();
          }),
      });
      using client = await RawClient.open(bench.port);
      const logon = await Logon.of('user0');
      const last = await logon.next(await client.request([await logon.first()]));
      client.write(requestOf([last]), requestOf(fields), requestOf());
      assert.equal((await client.answer()).status, 401);
      assert.equal(await client.closed(), '');
      assert.equal(served, 0);
      assert.ok(bench.types.includes('interrupted'));
    }
  });

  it('that come during a slow lookup end the handshake', async () => {
    const lookup = resolvers();
    const asked = resolvers();
    await using bench = await ServerBench.open({
      accounts: async (claimed) => {
        asked.resolve();
        await lookup.promise;
        return accounts(claimed);
      },
    });
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    client.write(requestOf([last]));
    await asked.promise;
    client.write(requestOf());
    assert.equal((await client.answer()).status, 401);
    lookup.resolve();
    await client.closed();
    assert.deepEqual(bench.types, ['interrupted']);
  });

  it('that come during onAuthenticated end the handshake', async () => {
    const session = resolvers();
    const called = resolvers();
    await using bench = await ServerBench.open({
      onAuthenticated: async () => {
        called.resolve();
        await session.promise;
      },
    });
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const last = await logon.next(await client.request([await logon.first()]));
    client.write(requestOf([last]));
    await called.promise;
    client.write(requestOf());
    assert.equal((await client.answer()).status, 401);
    session.resolve();
    await client.closed();
    assert.deepEqual(bench.types, ['interrupted']);
  });

  it('that follow a request in work do not change its user', async () => {
    const work = resolvers();
    await using bench = await ServerBench.open({
      serve: (middleware) => (request, response) =>
        middleware(request, response, async () => {
          if (request.url === '/slow') await work.promise;
          response.end(request.auth?.name);
        }),
    });
    using client = await RawClient.open(bench.port);
    await logOn(client, 'user0');
    const logon = await Logon.of('user1');
    client.write(requestOf([], undefined, 'GET /slow'), requestOf([await logon.first()]));
    await turn();
    work.resolve();
    assert.equal((await client.answer()).body, 'EXAMPLE\\user0');
    const last = await logon.next(await client.answer());
    assert.equal((await client.request([last])).body, 'EXAMPLE\\user1');
  });
});

describe('requests through a proxy', () => {
  const fields = [
    'Forwarded: for=10.0.0.1',
    'Via: 1.1 proxy',
    'X-Real-IP: 10.0.0.1',
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-Host: localhost',
    'x-forwarded-proto: https',
    'X-Forwarded-User: EXAMPLE\\user0',
  ];
  for (const field of fields) {
    it(`are forbidden and drop the user: ${field}`, async () => {
      await using bench = await ServerBench.open({ trustedProxies: ['10.0.0.1', '::1'] });
      using client = await RawClient.open(bench.port);
      await logOn(client, 'user0');
      const answer = await client.request([field]);
      assert.equal(answer.status, 403);
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
      await hasNoUser(client);
      const logon = await Logon.of('user0');
      assert.equal((await client.request([await logon.first(), field])).status, 403);
      await hasNoUser(client);
      assert.deepEqual(bench.types, ['authenticated', 'forwarded', 'forwarded']);
      assert.match(bench.events[1]?.advice ?? '', /trustedProxies/);
    });
  }

  it('are forbidden, however many fields precede that of the proxy', async () => {
    // With 1,000 fields `headers` does not have the last one, and with 1,040 `rawHeaders` does not either.
    for (const maxHeadersCount of [undefined, 50, 0]) {
      await using bench = await ServerBench.open();
      if (maxHeadersCount !== undefined) Object.assign(bench.server, { maxHeadersCount });
      for (const count of [0, 45, 60, 990, 1000, 1040, 2000]) {
        using client = await RawClient.open(bench.port);
        const answer = await client.request([...Array(count).fill('a:'), 'x-FORWARDED-for: x']);
        // Node 26 itself answers 431 to so many fields.
        const isRefused = answer.status === 403 || (count > 40 && answer.status === 431);
        assert.ok(isRefused, `${answer.status} to ${count} fields, of ${maxHeadersCount}`);
      }
      using client = await RawClient.open(bench.port);
      assert.equal((await client.request(Array(40).fill('a:'))).status, 401);
    }
  });

  it('are forbidden, however few fields an inherited limit of the server leaves', async () => {
    await using bench = await ServerBench.open();
    const { server } = bench;
    // Node reads the limit of a server whose class has it.
    Reflect.deleteProperty(server, 'maxHeadersCount');
    const limited = { maxHeadersCount: { value: 20 } };
    Object.setPrototypeOf(server, Object.create(Object.getPrototypeOf(server), limited));
    for (const count of [19, 40]) {
      using client = await RawClient.open(bench.port);
      const fields = [...Array(count).fill('a:'), 'X-Forwarded-For: x'];
      // Node 26 itself answers 431 to so many fields.
      const { status } = await client.request(fields);
      assert.ok([403, 431].includes(status), `${status} to ${count} fields`);
    }
  });

  it('pass from a proxy that is trusted, by an address of IPv4 or IPv6', async () => {
    for (const host of ['127.0.0.1', '::']) {
      await using bench = await ServerBench.open({ trustedProxies: ['127.0.0.1'] }, host);
      using client = await RawClient.open(bench.port);
      const answer = await logOn(client, 'user0', { fields: ['X-Forwarded-For: 10.0.0.1'] });
      assert.equal(answer.body, 'EXAMPLE\\user0 false 0');
    }
  });
});

describe('malformed credentials', () => {
  const long = 'A'.repeat(87_384 + 4);
  const malformed: Readonly<Record<string, string>> = {
    'no token': 'NTLM',
    'a space for a token': 'Negotiate  ',
    'no base64': 'NTLM ????',
    base64url: 'Negotiate YIIB_-==',
    'no padding': 'NTLM TlRMTVNTUAABAAAAB4IIAA',
    'bits after the end': 'Negotiate YIJ=',
    'two tokens': 'NTLM TlRMTVNT TlRMTVNT',
    'a list': 'NTLM TlRMTVNT, Negotiate YII=',
    'a parameter': 'Negotiate token=YII=',
    'SPNEGO in the scheme NTLM': 'NTLM YIIBhgYGKwYBBQUCoIIB',
    'garbage in the scheme Negotiate': 'Negotiate AAAAAAAAAAAAAAAA',
    'a type 3 of NTLM at first': `NTLM ${Buffer.from('NTLMSSP\0\x03\0\0\0').toString('base64')}`,
    'a type 2 of NTLM': `NTLM ${Buffer.from('NTLMSSP\0\x02\0\0\0').toString('base64')}`,
    'a type 1 that is cut off': `NTLM ${Buffer.from('NTLMSSP\0\x01').toString('base64')}`,
    'a token above the limit': `Negotiate ${long}`,
  };
  for (const [name, credentials] of Object.entries(malformed)) {
    it(`get 400 and leave no user: ${name}`, async () => {
      await using bench = await ServerBench.open({ http: { maxHeaderSize: 200_000 } });
      using client = await RawClient.open(bench.port);
      for (let count = 0; count < 2; count += 1) {
        const answer = await client.request([`Authorization: ${credentials}`]);
        assert.equal(answer.status, 400);
        assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
        assert.equal(codeOf(bench.events.at(-1)), 'SEC_E_INVALID_TOKEN');
        assert.equal(bench.events.at(-1)?.type, 'malformed');
        await hasNoUser(client);
        await logOn(client, 'user0');
      }
      const [, token = ''] = credentials.trim().split(' ');
      assert.ok(token === '' || !inspect(bench.events, { depth: Infinity }).includes(token));
    });
  }

  it('get 400 with two fields Authorization', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const first = await (await Logon.of('user0')).first();
    for (const fields of [
      [first, first],
      ['Authorization: Bearer abc', first],
      [first, 'Authorization: Bearer abc'],
    ]) {
      assert.equal((await client.request(fields)).status, 400);
      await hasNoUser(client);
    }
  });

  it('each byte of a type 3 altered: no user', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    let length = 1;
    for (let place = 0; place < length; place += 1) {
      const logon = await Logon.of('user0', { scheme: 'NTLM' });
      const last = await logon.next(await client.request([await logon.first()]));
      const token = Buffer.from(last.split(' ')[2] ?? '', 'base64');
      length = token.length;
      token[place] = (token[place] as number) ^ 0x10;
      const answer = await client.request([`Authorization: NTLM ${token.toString('base64')}`]);
      assert.ok([400, 401].includes(answer.status), `${answer.status} at ${place}`);
      await hasNoUser(client);
    }
  });

  it('a header of 200 KiB is answered by Node, or here if it accepts that much', async () => {
    for (const [maxHeaderSize, status] of [
      [16_384, 431],
      [300_000, 400],
    ] as const) {
      await using bench = await ServerBench.open({ http: { maxHeaderSize } });
      using client = await RawClient.open(bench.port);
      const answer = await client.request([`Authorization: NTLM ${'A'.repeat(204_800)}`]);
      assert.equal(answer.status, status);
    }
  });
});

describe('limits', () => {
  it('10,000 handshakes that are not completed stay within bounds, and are released', async (test) => {
    await using bench = await ServerBench.open({
      limits: { handshakes: 500, handshakesPerAddress: 400, handshakeTimeout: PATIENT },
      skip: ({ url }) => url === '/health',
    });
    const first = await (await Logon.of('user0')).first();
    const open: RawClient[] = [];
    const statuses = new Map<number, number>();
    let slowest = 0;
    const before = heapInUse();
    for (let count = 0; count < 10_000; count += 250) {
      const batch = await Promise.all(
        Array.from({ length: 250 }, async () => {
          const client = await RawClient.open(bench.port);
          const { status } = await client.request([first]);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          return client;
        }),
      );
      for (const client of batch) {
        if (client.socket.destroyed || client.socket.readableEnded) client[Symbol.dispose]();
        else open.push(client);
      }
      const start = performance.now();
      using health = await RawClient.open(bench.port);
      const answer = await health.request([], undefined, 'GET /health');
      assert.equal(answer.status, 200);
      slowest = Math.max(slowest, performance.now() - start);
    }
    const grown = Math.round((heapInUse() - before) / 1024);
    test.diagnostic(`the slowest answer of the health page took ${slowest.toFixed(1)} ms`);
    test.diagnostic(`the heap, with the clients in the same process, grew by ${grown} KiB`);
    assert.deepEqual(Object.fromEntries(statuses), { 401: 400, 503: 9600 });
    assert.ok(grown < 50_000);
    using other = await RawClient.open(bench.port);
    assert.equal((await other.request([first])).status, 503);
    for (const client of open) client[Symbol.dispose]();
    // The server learns of a closed connection in its own time.
    using late = await retry(async () => {
      const client = await RawClient.open(bench.port);
      const { status } = await client.request([first]);
      if (status === 401) return client;
      client[Symbol.dispose]();
      return undefined;
    });
    assert.equal(late.socket.destroyed, false);
    assert.ok(bench.types.every((type) => type === 'limited'));
    assert.match(bench.events[0]?.advice ?? '', /handshakesPerAddress/);
  });

  it('the number of handshakes counts for the server, and each is released when it ends', async () => {
    await using bench = await ServerBench.open({ limits: { handshakes: 2 } });
    const first = await (await Logon.of('user0')).first();
    const ends: ((client: RawClient) => Promise<unknown>)[] = [
      (client) => client.request(),
      (client) => client.request(['Authorization: NTLM TlRMTVNTUAADAAAA']),
      async (client) => client[Symbol.dispose](),
    ];
    for (const end of ends) {
      using clients = await pair(bench);
      const [one, two] = clients;
      assert.equal((await one.request([first])).status, 401);
      assert.equal((await two.request([first])).status, 401);
      using three = await RawClient.open(bench.port);
      const answer = await three.request([first]);
      assert.equal(answer.status, 503);
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
      await Promise.all([end(one), end(two)]);
      using four = await retry(async () => {
        const client = await RawClient.open(bench.port);
        if ((await logOn(client, 'user0').catch(() => undefined))?.status === 200) return client;
        client[Symbol.dispose]();
        return undefined;
      });
      assert.equal((await four.request()).body, 'EXAMPLE\\user0 true 0');
    }
  });

  it('complete and rejected handshakes hold nothing', async () => {
    await using bench = await ServerBench.open({ limits: { handshakes: 1 } });
    using client = await RawClient.open(bench.port);
    for (let count = 0; count < 20; count += 1) {
      const isRight = count % 2 === 0;
      const answer = await logOn(client, 'user0', isRight ? {} : { password: 'wrong' });
      assert.equal(answer.status, isRight ? 200 : 401);
    }
    const [socket] = bench.sockets;
    assert.ok(socket !== undefined && socket.listenerCount('close') < 5);
  });

  it('a client that stops in the middle is disconnected', async () => {
    await using bench = await ServerBench.open({ limits: { handshakeTimeout: 30 } });
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    assert.equal((await client.request([await logon.first()])).status, 401);
    assert.equal(await client.closed(), '');
    assert.deepEqual(
      bench.events.map(({ type, limit }) => [type, limit]),
      [['limited', 'handshakeTimeout']],
    );
    using later = await retry(async () => {
      const client = await RawClient.open(bench.port);
      if ((await logOn(client, 'user0').catch(() => undefined))?.status === 200) return client;
      client[Symbol.dispose]();
      return undefined;
    });
    await wait(60);
    assert.equal((await later.request()).body, 'EXAMPLE\\user0 true 0');
  });

  it('a lookup of accounts that never ends gets 503', async () => {
    let lookups = 0;
    await using bench = await ServerBench.open({
      limits: { handshakeTimeout: 30, handshakes: 3 },
      accounts: () => {
        lookups += 1;
        return new Promise(() => {});
      },
    });
    await retry(async () => {
      const before = lookups;
      using client = await RawClient.open(bench.port);
      const answer = await logOn(client, 'user0').catch(() => undefined);
      // On a busy machine the time can be over before the lookup, and even before the second leg.
      if (lookups > before || answer !== undefined) assert.equal(answer?.status, 503);
      await client.closed();
      return lookups === 3 || undefined;
    });
    using further = await RawClient.open(bench.port);
    await assert.rejects(logOn(further, 'user0'), /^Error: 503 /);
    const limits = bench.events.map(({ limit }) => limit);
    assert.equal(limits.pop(), 'handshakes');
    assert.deepEqual(new Set(limits), new Set(['handshakeTimeout']));
  });

  for (const slow of ['accounts', 'onAuthenticated'] as const) {
    it(`a client that disconnects during ${slow} counts until that has settled`, async () => {
      const work = resolvers();
      let started = 0;
      const wait = async () => {
        started += 1;
        await work.promise;
      };
      await using bench = await ServerBench.open({
        limits: { handshakes: 2 },
        accounts: async (claimed) => {
          if (slow === 'accounts') await wait();
          return accounts(claimed);
        },
        onAuthenticated: slow === 'onAuthenticated' ? wait : undefined,
      });
      const begin = async (count: number) => {
        const client = await RawClient.open(bench.port);
        const logon = await Logon.of('user0');
        client.write(requestOf([await logon.next(await client.request([await logon.first()]))]));
        await retry(async () => started === count || undefined);
        const [server] = bench.sockets.slice(-1);
        client.socket.resetAndDestroy();
        await retry(async () => server?.destroyed || undefined);
      };
      await begin(1);
      await begin(2);
      using client = await RawClient.open(bench.port);
      assert.equal((await client.request([await (await Logon.of('user0')).first()])).status, 503);
      work.resolve();
      await turn();
      using late = await RawClient.open(bench.port);
      assert.equal((await logOn(late, 'user0')).status, 200);
    });
  }

  it('a request whose connection is already closed holds nothing', async () => {
    const work = resolvers();
    let passes = 0;
    await using bench = await ServerBench.open({
      limits: { handshakes: 1 },
      serve: (middleware) => async (request, response) => {
        if (request.url === '/slow') await work.promise;
        passes += 1;
        middleware(request, response, () => response.end());
      },
    });
    const logon = await Logon.of('user0');
    const client = await RawClient.open(bench.port);
    client.write(requestOf([await logon.first()], undefined, 'GET /slow'));
    const server = await retry(async () => bench.sockets[0]);
    await wait(20);
    client.socket.resetAndDestroy();
    await retry(async () => server.destroyed || undefined);
    work.resolve();
    await retry(async () => passes === 1 || undefined);
    using late = await RawClient.open(bench.port);
    assert.equal((await logOn(late, 'user0')).status, 200);
  });

  it('a handshake has at most so many legs', async () => {
    await using bench = await ServerBench.open({ limits: { legs: 1 } });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0')).status, 401);
    assert.deepEqual(
      bench.events.map(({ limit }) => limit),
      ['legs'],
    );
    await client.closed();
  });
});

describe('bodies of requests that do not pass', () => {
  it('are dropped: with the first token, with a challenge, in chunks', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const body = 'GET /secret HTTP/1.1\r\n\r\n'.repeat(100);
    assert.equal((await client.request([], body, 'POST /')).status, 401);
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n`;
    const coding = 'Transfer-Encoding: chunked';
    client.write(requestOf([coding], undefined, 'POST /'), chunk, chunk, '0\r\n\r\n');
    assert.equal((await client.answer()).status, 401);
    for (const isChunked of [false, true]) {
      const logon = await Logon.of('user0');
      const first = await logon.first();
      if (isChunked) client.write(requestOf([first, coding]), chunk, '0\r\n\r\n');
      else client.write(requestOf([first], body));
      const last = await logon.next(await client.answer());
      const answer = await client.request([last], body);
      assert.equal(answer.body, `EXAMPLE\\user0 false ${body.length}`);
    }
  });

  it('that do not end are answered when the time is over, and close the connection', async () => {
    await using bench = await ServerBench.open({
      limits: { handshakeTimeout: 50 },
      http: { requestTimeout: 0, headersTimeout: 0 },
    });
    const first = await (await Logon.of('user0')).first();
    for (const [fields, status] of [
      [[], 401],
      [['Authorization: NTLM !'], 400],
      [['X-Forwarded-For: x'], 403],
      [[first], 503],
    ] as const) {
      for (const coding of ['Transfer-Encoding: chunked', 'Content-Length: 10']) {
        using client = await RawClient.open(bench.port);
        client.write(requestOf([...fields, coding], undefined, 'POST /'), '3\r\nabc\r\n');
        const answer = await client.answer();
        assert.equal(answer.status, status);
        assert.deepEqual(fieldsOf(answer, 'connection'), ['close']);
        assert.equal(await client.closed(), '');
      }
    }
    const limited = bench.events.filter(({ type }) => type === 'limited');
    assert.deepEqual(
      limited.map(({ limit }) => limit),
      ['handshakeTimeout', 'handshakeTimeout'],
    );
  });

  it('that the client announces with Expect are dropped after the 100 of Node', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    for (const [coding, body] of [
      ['Transfer-Encoding: chunked', '3\r\nabc\r\n0\r\n\r\n'],
      ['Content-Length: 3', 'abc'],
    ] as const) {
      const expect = ['Expect: 100-continue', coding];
      const logon = await Logon.of('user0');
      const send = async (fields: readonly string[]) => {
        client.write(requestOf([...fields, ...expect], undefined, 'POST /'));
        assert.equal((await client.answer()).status, 100);
        client.write(body);
        return client.answer();
      };
      assert.equal((await send([])).status, 401);
      const challenge = await send([await logon.first()]);
      assert.equal((await send([await logon.next(challenge)])).body, 'EXAMPLE\\user0 false 3');
      // The next round begins without a user.
      assert.equal((await client.request(['Authorization: Bearer x'])).status, 401);
    }
    assert.deepEqual(bench.types, ['authenticated', 'authenticated']);
  });

  it('of 10 MB close the connection', async () => {
    await using bench = await ServerBench.open();
    const first = await (await Logon.of('user0')).first();
    const mega = 'x'.repeat(1_000_000);
    for (const [fields, status] of [
      [[], 401],
      [[first], 413],
      [['X-Forwarded-For: x'], 403],
    ] as const) {
      using known = await RawClient.open(bench.port);
      known.write(requestOf([...fields, 'Content-Length: 10000000'], undefined, 'POST /'));
      const refused = await known.answer();
      assert.equal(refused.status, status);
      assert.deepEqual(fieldsOf(refused, 'connection'), ['close']);
      await known.closed();

      using unknown = await RawClient.open(bench.port);
      unknown.write(requestOf([...fields, 'Transfer-Encoding: chunked'], undefined, 'POST /'));
      // A client that is still sending when the connection is closed loses the answer: it waits for that first.
      unknown.write(`f4240\r\n${mega.slice(0, 70_000)}`);
      const early = await unknown.answer();
      assert.equal(early.status, status);
      assert.deepEqual(fieldsOf(early, 'connection'), ['close']);
      unknown.write(`${mega.slice(70_000)}\r\n`);
      for (let count = 0; count < 9; count += 1) unknown.write(`f4240\r\n${mega}\r\n`);
      assert.equal(await unknown.closed(), '');
    }
    assert.deepEqual(bench.events.filter(({ limit }) => limit === 'bodyBytes').length, 2);
  });
});

describe('HTTP/2', () => {
  it('as the version of a request on a connection of HTTP/1.1 gets 400', async () => {
    await using bench = await ServerBench.open();
    for (const last of [false, true]) {
      using client = await RawClient.open(bench.port);
      const logon = await Logon.of('user0');
      if (last) await client.request([await logon.first()]);
      else await logOn(client, 'user0');
      client.write('GET / HTTP/2.0\r\nHost: localhost\r\n\r\n');
      assert.match(await client.closed(), /^HTTP\/1.1 400 [\s\S]*Connection: close\r\n/);
      assert.equal(bench.types.at(-1), 'malformed');
    }
  });

  it('is never authenticated, and is told to use HTTP/1.1', async () => {
    const types: string[] = [];
    const authenticate = negotiate({
      accounts,
      onEvent: ({ type }) => types.push(type),
      skip: ({ url }) => {
        if (url === '/broken') throw new Error('no session store');
        return url === '/health';
      },
    });
    const server = createHttp2Server((request, response) => {
      authenticate(request, response, () => response.end(`passed ${Reflect.get(request, 'auth')}`));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const first = (await (await Logon.of('user0')).first()).replace('Authorization: ', '');
    for (const fields of [{}, { authorization: first }, { via: '1.1 x' }]) {
      const stream = session.request({ ':path': '/', ...fields });
      const [error] = await once(stream, 'error');
      assert.match(error.message, /HTTP_1_1_REQUIRED/);
      assert.equal(stream.rstCode, constants.NGHTTP2_HTTP_1_1_REQUIRED);
    }
    const health = session.request({ ':path': '/health' });
    assert.equal(Buffer.concat(await health.toArray()).toString(), 'passed undefined');
    const broken = session.request({ ':path': '/broken' });
    const [fields] = await once(broken, 'response');
    assert.equal(fields[':status'], 500);
    broken.close();
    assert.deepEqual(types, ['http2', 'http2', 'http2', 'failed']);
    session.close();
    authenticate.close();
    server.close();
  });
});

describe('closed connections', () => {
  it('take no handshake if an earlier middleware waited too long', async () => {
    const work = resolvers();
    const closed = resolvers();
    await using bench = await ServerBench.open({
      limits: { handshakes: 1 },
      serve: (middleware) => async (request, response) => {
        if (request.url === '/slow') {
          request.socket.once('close', () => closed.resolve());
          await work.promise;
        }
        middleware(request, response, () => response.end(request.auth?.name));
      },
    });
    const gone = await RawClient.open(bench.port);
    const first = await (await Logon.of('user0')).first();
    gone.write(requestOf([first], undefined, 'GET /slow'));
    await retry(async () => bench.sockets[0]?.bytesRead || undefined);
    await wait(20);
    gone.socket.resetAndDestroy();
    await closed.promise;
    work.resolve();
    await wait(20);
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0')).body, 'EXAMPLE\\user0');
    assert.deepEqual(bench.types, ['authenticated']);
  });

  it('in each leg release the handshake', async () => {
    const lookup = resolvers();
    let asked = resolvers();
    let served = 0;
    await using bench = await ServerBench.open({
      limits: { handshakes: 1 },
      accounts: async (claimed) => {
        asked.resolve();
        await lookup.promise;
        return accounts(claimed);
      },
      serve: (middleware) => (request, response) =>
        middleware(request, response, () => {
          served += 1;
          response.end();
        }),
    });
    for (const leg of ['first', 'challenged', 'last']) {
      asked = resolvers();
      const client = await RawClient.open(bench.port);
      const logon = await Logon.of('user0');
      const first = await logon.first();
      if (leg === 'first') client.write(requestOf([first]));
      else {
        const challenge = await retry(async () => {
          const answer = await client.request([first]).catch(() => undefined);
          return answer?.status === 401 ? answer : undefined;
        });
        if (leg === 'last') {
          client.write(requestOf([await logon.next(challenge)]));
          await asked.promise;
        }
      }
      client.socket.resetAndDestroy();
      await once(client.socket, 'close');
      await wait(20);
    }
    lookup.resolve();
    using client = await retry(async () => {
      const late = await RawClient.open(bench.port);
      if ((await logOn(late, 'user0').catch(() => undefined))?.status === 200) return late;
      late[Symbol.dispose]();
      return undefined;
    });
    assert.equal((await client.request()).status, 200);
    assert.equal(served, 2);
  });

  it('server.close() ends, with handshakes in the middle', async () => {
    const bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    await client.request([await (await Logon.of('user0')).first()]);
    bench.server.close();
    (bench.server as unknown as { closeIdleConnections(): void }).closeIdleConnections();
    await once(bench.server, 'close');
    bench.middleware.close();
  });

  it('after close() of the middleware handshakes get 503', async () => {
    const lookup = resolvers();
    const asked = resolvers();
    await using bench = await ServerBench.open({
      accounts: async (claimed) => {
        asked.resolve();
        await lookup.promise;
        return accounts(claimed);
      },
    });
    using clients = await pair(bench);
    const [one, two] = clients;
    const logon = await Logon.of('user0');
    const last = await logon.next(await one.request([await logon.first()]));
    one.write(requestOf([last]));
    await asked.promise;
    bench.middleware.close();
    assert.equal((await one.answer()).status, 503);
    lookup.resolve();
    assert.equal((await two.request([await (await Logon.of('user1')).first()])).status, 503);
    await hasNoUser(one);
    assert.deepEqual(bench.events.map(codeOf), ['SEC_E_INVALID_HANDLE', 'SEC_E_INVALID_HANDLE']);
  });
});

/** Bytes of the heap after a collection. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
