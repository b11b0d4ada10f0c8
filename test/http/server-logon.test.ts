import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openSspi } from '../../src/sspi.js';
import { accounts, ServerBench, USERS } from './support/server-bench.js';
import { codeOf, fieldsOf, Logon, logOn, RawClient, requestOf } from './support/server-client.js';

describe('a server with negotiate()', () => {
  for (const scheme of ['NTLM', 'Negotiate'] as const) {
    it(`authenticates a connection with ${scheme}, and keeps its user`, async () => {
      await using bench = await ServerBench.open();
      using client = await RawClient.open(bench.port);
      const first = await client.request();
      assert.equal(first.status, 401);
      assert.deepEqual(fieldsOf(first, 'www-authenticate'), ['Negotiate', 'NTLM']);
      assert.deepEqual(fieldsOf(first, 'content-length'), ['0']);
      const { status, body } = await logOn(client, 'user0', { scheme, body: 'x'.repeat(100_000) });
      assert.deepEqual([status, body], [200, 'EXAMPLE\\user0 false 100000']);
      for (const data of [undefined, 'y'.repeat(5000)]) {
        const later = await client.request([], data);
        const size = data?.length ?? 0;
        assert.deepEqual([later.status, later.body], [200, `EXAMPLE\\user0 true ${size}`]);
      }
      assert.deepEqual(bench.types, ['authenticated']);
      const [event] = bench.events;
      assert.deepEqual(
        [event?.scheme, event?.remoteAddress, event?.auth?.package],
        [scheme, '127.0.0.1', 'NTLM'],
      );
    });
  }

  it('accepts raw NTLM in the scheme Negotiate, and schemes in any case', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const answer = await logOn(client, 'user0', { scheme: 'Negotiate', package: 'NTLM' });
    assert.equal(answer.body, 'EXAMPLE\\user0 false 0');
    const logon = await Logon.of('user1');
    const challenge = await client.request([(await logon.first()).replace(' NTLM ', ' nTlM   ')]);
    const last = await client.request([(await logon.next(challenge)).replace('NTLM', 'ntlm')]);
    assert.equal(last.body, 'EXAMPLE\\user1 false 0');
  });

  it('gives each request a frozen user of its own', async () => {
    const seen: unknown[] = [];
    await using bench = await ServerBench.open({
      serve: (middleware) => (request, response) => {
        middleware(request, response, () => {
          seen.push(request.auth);
          response.end();
        });
      },
    });
    using client = await RawClient.open(bench.port);
    await logOn(client, 'user0');
    await client.request();
    const user = { scheme: 'NTLM', package: 'NTLM', user: 'user0', domain: 'EXAMPLE' };
    const expected = { ...user, name: 'EXAMPLE\\user0' };
    assert.deepEqual(seen, [
      { ...expected, persisted: false },
      { ...expected, persisted: true },
    ]);
    assert.ok(seen.every(Object.isFrozen));
    assert.notEqual(seen[0], seen[1]);
  });

  it('gives 20 users at once their own names', async () => {
    await using bench = await ServerBench.open({
      accounts: async (claimed) => {
        await wait(Math.random() * 5);
        return accounts(claimed);
      },
    });
    const names = await Promise.all(
      USERS.map(async (user, index) => {
        using client = await RawClient.open(bench.port);
        const scheme = index % 2 === 0 ? 'NTLM' : 'Negotiate';
        const body = 'x'.repeat(index);
        const answers = [await logOn(client, user, { scheme, body })];
        for (let count = 0; count < 5; count += 1) answers.push(await client.request([], body));
        return answers.map((answer) => answer.body);
      }),
    );
    for (const [index, user] of USERS.entries()) {
      const name = `EXAMPLE\\${user}`;
      const [first, ...later] = names[index] ?? [];
      assert.equal(first, `${name} false ${index}`);
      assert.deepEqual(later, Array(5).fill(`${name} true ${index}`));
    }
  });

  it('rejects a wrong password, user or domain once, and the next logon is a new one', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    for (const [user, options] of [
      ['user0', { password: 'wrong' }],
      ['nobody', {}],
      ['user0', { domain: 'OTHER' }],
    ] as const) {
      for (const scheme of ['NTLM', 'Negotiate'] as const) {
        const answer = await logOn(client, user, { ...options, scheme });
        assert.equal(answer.status, 401);
        assert.deepEqual(fieldsOf(answer, 'www-authenticate'), ['Negotiate', 'NTLM']);
        const event = bench.events.pop();
        assert.equal(event?.type, 'rejected');
        assert.equal(codeOf(event), 'SEC_E_LOGON_DENIED');
        assert.equal((await client.request()).status, 401);
      }
    }
    assert.equal((await logOn(client, 'user0')).status, 200);
    assert.deepEqual(bench.types, ['authenticated']);
  });

  it('rejects the guest account in any case', async () => {
    await using bench = await ServerBench.open();
    for (const user of ['guest', 'Guest', 'GUEST']) {
      using client = await RawClient.open(bench.port);
      assert.equal((await logOn(client, user)).status, 401);
      assert.equal((await client.request()).status, 401);
    }
    assert.deepEqual(bench.types, ['rejected', 'rejected', 'rejected']);
  });

  it('drops the user when a request names other credentials, and begins anew with a token', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    await logOn(client, 'user0');
    assert.equal((await client.request(['Authorization: Bearer abc'])).status, 401);
    assert.equal((await client.request()).status, 401);

    await logOn(client, 'user0');
    const logon = await Logon.of('user1');
    const challenge = await client.request([await logon.first()]);
    assert.equal(challenge.status, 401);
    const answer = await client.request([await logon.next(challenge)]);
    assert.equal(answer.body, 'EXAMPLE\\user1 false 0');

    assert.equal((await logOn(client, 'user2', { password: 'wrong' })).status, 401);
    assert.equal((await client.request()).status, 401);
  });

  it('keeps the user only as the option persist says', async () => {
    await using bench = await ServerBench.open({ persist: { NTLM: false, Kerberos: true } });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0')).body, 'EXAMPLE\\user0 false 0');
    assert.equal((await client.request()).status, 401);
    assert.equal((await logOn(client, 'user1')).body, 'EXAMPLE\\user1 false 0');
  });

  it('keeps the connection of HTTP/1.0 if the client asks for it', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const ask = async (authorization: string) => {
      const fields = ['Host: x', 'Connection: keep-alive', authorization].join('\r\n');
      client.write(`GET / HTTP/1.0\r\n${fields}\r\n\r\n`);
      return client.answer();
    };
    const challenge = await ask(await logon.first());
    assert.deepEqual(fieldsOf(challenge, 'connection'), ['keep-alive']);
    client.write(`GET / HTTP/1.0\r\nHost: x\r\n${await logon.next(challenge)}\r\n\r\n`);
    assert.match(await client.closed(), /200 OK[\s\S]*EXAMPLE\\user0 false 0$/);
  });

  it('takes credentials, and offers the schemes that belong to them', async () => {
    const sspi = openSspi({ provider: 'portable' });
    using credentials = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'inbound',
      accounts,
    });
    await using bench = await ServerBench.open({ sspi, credentials });
    using client = await RawClient.open(bench.port);
    assert.deepEqual(fieldsOf(await client.request(), 'www-authenticate'), ['NTLM']);
    assert.equal((await logOn(client, 'user0')).status, 200);
    const spnego = await Logon.of('user0', { scheme: 'Negotiate' });
    assert.equal((await client.request([await spnego.first()])).status, 401);
    bench.middleware.close();
    assert.equal(credentials.use, 'inbound');
    sspi.acceptSecurityContext(credentials).close();
  });

  it('offers the schemes that a function chooses, and forbids without one', async () => {
    await using bench = await ServerBench.open({
      schemes: ({ url }) => (url === '/none' ? [] : url === '/ntlm' ? ['NTLM'] : ['Negotiate']),
    });
    using client = await RawClient.open(bench.port);
    const get = (path: string) => client.request([], undefined, `GET ${path}`);
    assert.deepEqual(fieldsOf(await get('/ntlm'), 'www-authenticate'), ['NTLM']);
    assert.deepEqual(fieldsOf(await get('/'), 'www-authenticate'), ['Negotiate']);
    const none = await get('/none');
    assert.deepEqual([none.status, fieldsOf(none, 'www-authenticate')], [403, []]);
    const ntlm = await Logon.of('user0');
    assert.equal((await client.request([await ntlm.first()])).status, 401);
    assert.deepEqual(bench.types, []);
  });
});

describe('the answer that completes a handshake', () => {
  /** Answers in the way that the path names. */
  const ways: Readonly<Record<string, (response: import('node:http').ServerResponse) => void>> = {
    end: (response) => void response.end('x'),
    setHeader: (response) => void response.setHeader('X-Own', '1').end('x'),
    writeHead: (response) => void response.writeHead(200, 'Fine', { 'X-Own': '1' }).end('x'),
    writeHeadObject: (response) => void response.writeHead(201, { 'X-Own': '1' }).end('x'),
    writeHeadArray: (response) => void response.writeHead(200, ['X-Own', '1']).end('x'),
    both: (response) =>
      void response.setHeader('X-Other', '2').writeHead(200, ['X-Own', '1']).end('x'),
    writeHeadBare: (response) => void response.writeHead(204).end(),
    flush: (response) => {
      response.flushHeaders();
      response.end('x');
    },
    stream: (response) => {
      response.write('x');
      setImmediate(() => response.end('y'));
    },
    redirect: (response) => void response.writeHead(302, { Location: '/' }).end(),
    notFound: (response) => void response.writeHead(404, { 'X-Own': '1' }).end('x'),
    error: (response) => {
      response.statusCode = 500;
      response.end();
    },
    unauthorized: (response) => void response.writeHead(401, { 'X-Own': '1' }).end('x'),
    proxyUnauthorized: (response) => {
      response.statusCode = 407;
      response.end();
    },
  };

  for (const [name, answer] of Object.entries(ways)) {
    const isChallenge = name === 'unauthorized' || name === 'proxyUnauthorized';
    it(`has ${isChallenge ? 'no' : 'the'} last token: ${name}`, async () => {
      await using bench = await ServerBench.open({
        persistentAuthField: true,
        serve: (middleware) => (request, response) => {
          middleware(request, response, () => answer(response));
        },
      });
      using client = await RawClient.open(bench.port);
      const last = await logOn(client, 'user0', { scheme: 'Negotiate' });
      const tokens = fieldsOf(last, 'www-authenticate');
      if (isChallenge) assert.deepEqual(tokens, []);
      else assert.match(tokens.join(), /^Negotiate [A-Za-z0-9+/=]+$/);
      assert.deepEqual(fieldsOf(last, 'persistent-auth'), isChallenge ? [] : ['true']);
      const own =
        ['setHeader', 'notFound', 'unauthorized'].includes(name) ||
        /^writeHead(?!Bare)|both/.test(name);
      assert.deepEqual(fieldsOf(last, 'x-own'), own ? ['1'] : []);
      const later = await client.request();
      assert.deepEqual(fieldsOf(later, 'www-authenticate'), []);
      assert.deepEqual(fieldsOf(later, 'persistent-auth'), []);
      assert.equal(later.status, last.status);
    });
  }

  it('says Persistent-Auth: false if the user is not kept', async () => {
    await using bench = await ServerBench.open({
      persistentAuthField: true,
      persist: { NTLM: false },
    });
    using client = await RawClient.open(bench.port);
    assert.deepEqual(fieldsOf(await logOn(client, 'user0'), 'persistent-auth'), ['false']);
  });

  it('lets two requests in a row pass that need no handshake', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    await logOn(client, 'user0');
    client.write(requestOf(), requestOf());
    assert.equal((await client.answer()).body, 'EXAMPLE\\user0 true 0');
    assert.equal((await client.answer()).body, 'EXAMPLE\\user0 true 0');
  });
});
