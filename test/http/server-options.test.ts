import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { isPreflight, type NegotiateOptions, negotiate } from '../../src/http-auth.js';
import { openSspi } from '../../src/sspi.js';
import { retry } from '../support/retry.js';
import { accounts, ServerBench } from './support/server-bench.js';
import { watchRejections } from './support/server-calls.js';
import { codeOf, fieldsOf, Logon, logOn, RawClient, requestOf } from './support/server-client.js';

const preflight = ['Origin: https://example.com', 'Access-Control-Request-Method: POST'];

describe('requests that need no authentication', () => {
  it('are none of CORS unless skip says so', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request(preflight, undefined, 'OPTIONS /')).status, 401);
  });

  it('are with isPreflight the preflight requests of CORS, and no others', async () => {
    await using bench = await ServerBench.open({ skip: isPreflight });
    using client = await RawClient.open(bench.port);
    const ask = (line: string, fields: readonly string[]) =>
      client.request(fields, undefined, line);
    assert.equal((await ask('OPTIONS /', preflight)).body, 'undefined undefined 0');
    for (const [line, fields] of [
      ['OPTIONS /', []],
      ['OPTIONS /', preflight.slice(0, 1)],
      ['OPTIONS /', preflight.slice(1)],
      ['GET /', preflight],
      ['POST /', preflight],
      ['OPTIONS /', [...preflight, 'Authorization: Bearer abc']],
    ] as const) {
      assert.equal((await ask(line, fields)).status, 401);
    }
    await logOn(client, 'user0');
    assert.equal((await ask('OPTIONS /', preflight)).body, 'undefined undefined 0');
    assert.equal((await client.request()).body, 'EXAMPLE\\user0 true 0');
  });

  it('are those that skip returns true for', async () => {
    await using bench = await ServerBench.open({
      skip: ({ headers }) => headers.cookie === 'session=1',
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request(['Cookie: session=1'])).body, 'undefined undefined 0');
    assert.equal((await client.request(['Cookie: session=2'])).status, 401);
    const first = await (await Logon.of('user0')).first();
    const skipped = await client.request(['Cookie: session=1', first]);
    assert.equal(skipped.body, 'undefined undefined 0');
  });

  it('are none if skip throws or returns no boolean', async () => {
    for (const skip of [
      () => {
        throw new Error('no session store');
      },
      async () => true,
      () => 1,
      () => undefined,
    ]) {
      await using bench = await ServerBench.open({ skip: skip as unknown as () => boolean });
      using client = await RawClient.open(bench.port);
      for (let count = 0; count < 2; count += 1) {
        const answer = await client.request();
        assert.deepEqual([answer.status, answer.body], [500, '']);
        assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
      }
      assert.deepEqual(bench.types, ['failed', 'failed']);
      assert.ok(bench.events[0]?.error instanceof Error);
    }
  });
});

describe('functions that must return no promise', () => {
  it('give 500 for one, and its rejection is handled', async () => {
    using rejections = watchRejections();
    const reject = async () => {
      throw new Error('no database');
    };
    for (const name of ['skip', 'schemes', 'channelBindings'] as const) {
      for (const channelBindingPolicy of ['require', 'accept'] as const) {
        await using bench = await ServerBench.open({ [name]: reject, channelBindingPolicy });
        using client = await RawClient.open(bench.port);
        const first = await (await Logon.of('user0')).first();
        assert.equal((await client.request([first])).status, 500, name);
        assert.deepEqual(bench.types, ['failed']);
        assert.match(String(bench.events[0]?.error), new RegExp(`options.${name} .*promise`));
      }
    }
    await turn();
    assert.deepEqual(rejections.seen, []);
  });
});

describe('schemes', () => {
  it('as a function count for a user of the connection, too', async () => {
    await using bench = await ServerBench.open({
      schemes: ({ url }) => (url === '/strict' ? ['Negotiate'] : url === '/none' ? [] : ['NTLM']),
    });
    using client = await RawClient.open(bench.port);
    for (const [path, status, offered] of [
      ['/strict', 401, ['Negotiate']],
      ['/none', 403, []],
    ] as const) {
      await logOn(client, 'user0');
      assert.equal((await client.request()).body, 'EXAMPLE\\user0 true 0');
      const answer = await client.request([], undefined, `GET ${path}`);
      assert.equal(answer.status, status);
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), offered);
    }
  });

  it('as a function that throws or returns no schemes give 500', async () => {
    for (const schemes of [
      () => {
        throw new Error('no database');
      },
      () => ['Basic'],
      () => undefined,
      async () => ['NTLM'],
    ]) {
      await using bench = await ServerBench.open({
        schemes: schemes as unknown as () => ['NTLM'],
      });
      using client = await RawClient.open(bench.port);
      const logon = await Logon.of('user0');
      assert.equal((await client.request([await logon.first()])).status, 500);
      assert.equal((await client.request()).status, 500);
      assert.deepEqual(bench.types, ['failed', 'failed']);
    }
  });
});

describe('onAuthenticated', () => {
  it('is called once for each handshake, before the request passes', async () => {
    const calls: string[] = [];
    await using bench = await ServerBench.open({
      onAuthenticated: async (request, response, auth) => {
        assert.equal(request.auth, undefined);
        await new Promise(setImmediate);
        response.setHeader('Set-Cookie', `user=${auth.user}`);
        calls.push(auth.name);
      },
    });
    using client = await RawClient.open(bench.port);
    const answer = await logOn(client, 'user0', { body: 'x'.repeat(100_000) });
    assert.deepEqual(fieldsOf(answer, 'set-cookie'), ['user=user0']);
    assert.equal(answer.body, 'EXAMPLE\\user0 false 100000');
    assert.deepEqual(fieldsOf(await client.request(), 'set-cookie'), []);
    await logOn(client, 'user1', { password: 'wrong' });
    await logOn(client, 'user1');
    assert.deepEqual(calls, ['EXAMPLE\\user0', 'EXAMPLE\\user1']);
  });

  it('that fails gives 500, and nobody is authenticated', async () => {
    const failures: NonNullable<NegotiateOptions['onAuthenticated']>[] = [
      () => {
        throw new Error('no session store');
      },
      () => Promise.reject(new Error('no session store')),
      () => Promise.reject(undefined),
    ];
    for (const onAuthenticated of failures) {
      await using bench = await ServerBench.open({ onAuthenticated });
      using client = await RawClient.open(bench.port);
      const answer = await logOn(client, 'user0', { scheme: 'Negotiate' });
      assert.equal(answer.status, 500);
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
      assert.equal((await client.request()).status, 401);
      assert.deepEqual(bench.types, ['failed']);
    }
  });

  it('that fails or is too late leaves no field in the answer', async () => {
    const ends: [number, () => Promise<void>][] = [
      [500, () => Promise.reject(new Error('no session store'))],
      [503, () => new Promise(() => {})],
    ];
    for (const [status, end] of ends) {
      let isCalled = false;
      await using bench = await ServerBench.open({
        limits: status === 503 ? { handshakeTimeout: 300 } : {},
        onAuthenticated: (_, response) => {
          isCalled = true;
          response.setHeader('Set-Cookie', 'session=1');
          response.setHeader('Content-Encoding', 'gzip');
          response.appendHeader('X-Before', 'c');
          return end();
        },
        serve: (middleware) => (request, response) => {
          response.setHeader('X-Before', ['a', 'b']);
          middleware(request, response, () => response.end());
        },
      });
      const answer = await retry(async () => {
        using client = await RawClient.open(bench.port);
        if (status === 500) return await logOn(client, 'user0');
        // On a busy machine the time can be over before the call.
        const last = await logOn(client, 'user0').catch(() => undefined);
        return isCalled ? last : undefined;
      });
      assert.equal(answer.status, status);
      for (const name of ['set-cookie', 'content-encoding']) {
        assert.deepEqual(fieldsOf(answer, name), []);
      }
      assert.deepEqual(fieldsOf(answer, 'x-before'), ['a', 'b']);
    }
  });

  it('that fails after it began an answer closes the connection', async () => {
    await using bench = await ServerBench.open({
      onAuthenticated: (_, response) => {
        response.writeHead(200).write('x');
        throw new Error('too late');
      },
    });
    using client = await RawClient.open(bench.port);
    await assert.rejects(logOn(client, 'user0'), /closed after/);
  });

  it('can answer the request, which then does not pass', async () => {
    let served = 0;
    await using bench = await ServerBench.open({
      onAuthenticated: (_, response) =>
        void response.writeHead(303, { Location: '/home', 'Content-Length': 0 }).end(),
      serve: (middleware) => (request, response) =>
        middleware(request, response, () => {
          served += 1;
          response.end(request.auth?.name);
        }),
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0')).status, 303);
    assert.equal(served, 0);
    assert.equal((await client.request()).body, 'EXAMPLE\\user0');
  });
});

describe('accounts', () => {
  it('that fail or return no account give 503, and nobody is authenticated', async () => {
    const failures: Readonly<Record<string, () => unknown>> = {
      throws: () => {
        throw new Error('no database');
      },
      rejects: () => Promise.reject(new Error('no database')),
      'rejects with nothing': () => Promise.reject(undefined),
      'a text': () => 'secret-user0',
      'both secrets': () => ({ password: 'secret-user0', ntHash: new Uint8Array(16) }),
      'an empty object': () => ({}),
    };
    for (const [name, lookup] of Object.entries(failures)) {
      await using bench = await ServerBench.open({
        accounts: lookup as NonNullable<NegotiateOptions['accounts']>,
      });
      using client = await RawClient.open(bench.port);
      for (const scheme of ['NTLM', 'Negotiate'] as const) {
        const answer = await logOn(client, 'user0', { scheme });
        assert.equal(answer.status, 503, name);
        assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
        assert.equal((await client.request()).status, 401);
        assert.equal(bench.events.at(-1)?.type, 'unavailable');
      }
    }
  });

  it('that recover are asked again', async () => {
    let isBroken = true;
    await using bench = await ServerBench.open({
      accounts: (claimed) => {
        if (isBroken) throw new Error('no database');
        return accounts(claimed);
      },
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0')).status, 503);
    assert.equal(codeOf(bench.events[0]), 'SEC_E_NO_AUTHENTICATING_AUTHORITY');
    isBroken = false;
    assert.equal((await logOn(client, 'user0')).status, 200);
  });

  it('whose credentials cannot be acquired give 503, and the next request tries again', async () => {
    const sspi = openSspi({ provider: 'portable' });
    let failures = 1;
    const flaky = {
      ...sspi,
      provider: sspi.provider,
      acceptSecurityContext: sspi.acceptSecurityContext.bind(sspi),
      acquireCredentialsHandle: async (
        request: Parameters<typeof sspi.acquireCredentialsHandle>[0],
      ) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not now');
        return sspi.acquireCredentialsHandle(request);
      },
    } as typeof sspi;
    await using bench = await ServerBench.open({ sspi: flaky });
    using client = await RawClient.open(bench.port);
    const first = await (await Logon.of('user0')).first();
    assert.equal((await client.request([first])).status, 503);
    assert.equal((await logOn(client, 'user0')).status, 200);
  });
});

describe('onEvent', () => {
  it('that throws changes nothing', async () => {
    await using bench = await ServerBench.open({
      onEvent: () => {
        throw new Error('no log');
      },
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await logOn(client, 'user0', { password: 'wrong' })).status, 401);
    assert.equal((await logOn(client, 'user0')).status, 200);
  });

  it('that rejects changes nothing', async () => {
    using rejections = watchRejections();
    await using bench = await ServerBench.open({
      onEvent: async () => {
        throw new Error('no log');
      },
    });
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request(['Via: 1.1 proxy'])).status, 403);
    assert.equal((await logOn(client, 'user0')).status, 200);
    await turn();
    assert.deepEqual(rejections.seen, []);
  });

  it('gets no token, password or hash', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0', { password: 'wrong-secret' });
    const first = await logon.first();
    const last = await logon.next(await client.request([first]));
    await client.request([last]);
    await logOn(client, 'user0');
    const secrets = [first, last].map((field) => Buffer.from(field.split(' ')[2] ?? '', 'base64'));
    secrets.push(Buffer.from('secret'), Buffer.from('secret', 'utf16le'));
    for (const secret of secrets) {
      assert.ok(!shows(bench.events, secret));
      const forms = [
        secret,
        new Uint8Array(secret),
        secret.toString('hex'),
        secret.toString('base64'),
      ];
      for (const form of forms) assert.ok(shows({ error: { cause: { at: [form] } } }, secret));
    }
  });
});

describe('an answer that fails', () => {
  it('closes the connection and is an event', async () => {
    using rejections = watchRejections();
    await using bench = await ServerBench.open({
      serve: (middleware) => (request, response) => {
        response.writeHead = () => {
          throw new Error('a hook of writeHead failed');
        };
        middleware(request, response, () => response.end());
      },
    });
    for (const fields of [[], [await (await Logon.of('user0')).first()]]) {
      using client = await RawClient.open(bench.port);
      client.write(requestOf(fields));
      assert.equal(await client.closed(), '');
    }
    await turn();
    assert.deepEqual(rejections.seen, []);
    assert.deepEqual(bench.types, ['failed', 'failed']);
    assert.match(String(bench.events[0]?.error), /a hook of writeHead failed/);
  });
});

/** Whether a value has these bytes anywhere in it, in one of the forms that a log would print. */
function shows(value: unknown, secret: Buffer): boolean {
  const text = inspect(value, {
    depth: Infinity,
    showHidden: true,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: Infinity,
    compact: true,
  });
  const hex = secret.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  return [
    secret.toString(),
    secret.toString('base64'),
    hex,
    // Node prints 50 bytes of a Buffer.
    pairs.slice(0, 50).join(' '),
    secret.join(', '),
  ].some((form) => text.includes(form));
}

describe('the options of negotiate()', () => {
  const sspi = openSspi({ provider: 'portable' });

  it('are checked', async () => {
    using outbound = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'outbound',
      identity: { user: 'a', password: 'b' },
    });
    using inbound = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'inbound',
      accounts,
    });
    const wrong: [RegExp, unknown][] = [
      [/options must be an object/, undefined],
      [/options must be an object/, null],
      [/options must be an object with accounts, a keytab or credentials/, {}],
      [/options must be an object with accounts, a keytab or credentials/, { sspi }],
      [/no option account:/, { account: accounts }],
      [/options.accounts/, { accounts: {} }],
      [/options.sspi/, { accounts, sspi: {} }],
      [/options.sspi/, { credentials: inbound }],
      [/options.credentials/, { sspi, credentials: outbound }],
      [/options.credentials/, { sspi, credentials: {} }],
      [/options.credentials/, { sspi, credentials: inbound, accounts }],
      [/options.schemes/, { accounts, schemes: [] }],
      [/options.schemes .* some of 'Negotiate', 'NTLM'$/, { accounts, schemes: 'NTLM' }],
      [/options.schemes\[0\] .* 'Negotiate', 'NTLM', not 'ntlm'$/, { accounts, schemes: ['ntlm'] }],
      [/options.schemes/, { accounts, schemes: ['NTLM', 'NTLM'] }],
      [/options.channelBindingPolicy/, { accounts, channelBindingPolicy: 'none' }],
      [/options.channelBindings/, { accounts, channelBindings: new Uint8Array(4) }],
      [/options.targets/, { accounts, targets: 'HTTP/x' }],
      [/options.targets\[0\]/, { accounts, targets: [1] }],
      [/options.persist/, { accounts, persist: true }],
      [/options.persist.NTLM/, { accounts, persist: { NTLM: 'yes' } }],
      [/options.persist has no option ntlm/, { accounts, persist: { ntlm: false } }],
      [/options.trustedProxies\[0\]/, { accounts, trustedProxies: ['proxy.example.com'] }],
      [/options.trustedProxies/, { accounts, trustedProxies: true }],
      [/options.skip/, { accounts, skip: ['/'] }],
      [/options.onAuthenticated/, { accounts, onAuthenticated: 1 }],
      [/options.onEvent/, { accounts, onEvent: console }],
      [/options.persistentAuthField/, { accounts, persistentAuthField: 1 }],
      [/options.limits has no option seconds/, { accounts, limits: { seconds: 1 } }],
      [/options.limits.legs/, { accounts, limits: { legs: 0 } }],
      [/options.limits.tokenBytes/, { accounts, limits: { tokenBytes: 65_536 } }],
      [/options.limits.handshakes/, { accounts, limits: { handshakes: Infinity } }],
      [/options.limits.handshakeTimeout/, { accounts, limits: { handshakeTimeout: 2 ** 31 } }],
      [/options.limits.bodyBytes/, { accounts, limits: { bodyBytes: -1 } }],
      [/options.limits.handshakesPerAddress/, { accounts, limits: { handshakesPerAddress: '9' } }],
    ];
    for (const [message, options] of wrong) {
      assert.throws(() => negotiate(options as NegotiateOptions), {
        message,
        code: /^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/,
      });
    }
  });

  it('are own properties', () => {
    const inherited = Object.create({ skip: () => true, accounts }) as NegotiateOptions;
    assert.throws(() => negotiate(inherited), { code: 'ERR_INVALID_ARG_TYPE' });
  });

  it('next must be a function', () => {
    const middleware = negotiate({ accounts });
    const call = middleware as unknown as (...args: unknown[]) => void;
    assert.throws(() => call({}, {}), { code: 'ERR_INVALID_ARG_TYPE' });
    middleware.close();
    middleware[Symbol.dispose]();
  });
});
