import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type NegotiateOptions, negotiate } from '../../src/http-auth.js';
import { accounts, type BenchOptions, ServerBench } from './support/server-bench.js';
import { codeOf, fieldsOf, Logon, logOn, RawClient } from './support/server-client.js';

interface EventWarning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

/** The warnings of the process during this work. */
async function warningsOf(work: () => Promise<void>): Promise<EventWarning[]> {
  const warnings: EventWarning[] = [];
  const add = (warning: EventWarning) => void warnings.push(warning);
  process.on('warning', add);
  try {
    await work();
    // A warning is emitted in the next tick.
    await turn();
  } finally {
    process.off('warning', add);
  }
  return warnings.filter(({ code }) => code === 'TOKENBINDING_HTTP_AUTH');
}

const silent: BenchOptions = { onEvent: undefined };
const forwarded = ['X-Forwarded-For: 10.0.0.1'];

describe('without onEvent', () => {
  it('the first forwarded request of each middleware is a warning with the advice', async () => {
    const warnings = await warningsOf(async () => {
      for (let count = 0; count < 2; count += 1) {
        await using bench = await ServerBench.open(silent);
        using client = await RawClient.open(bench.port);
        for (let requests = 0; requests < 3; requests += 1) await client.request(forwarded);
      }
    });
    assert.equal(warnings.length, 2);
    for (const { name, message, detail } of warnings) {
      assert.equal(name, 'TokenBindingWarning');
      assert.match(message, /^A request was answered 403, because .*proxy\. .*trustedProxies\.$/);
      assert.match(detail ?? '', /\(forwarded\).*onEvent/);
    }
  });

  it('the first failure of each type is a warning with its error, and no token', async () => {
    const tokens: string[] = [];
    const warnings = await warningsOf(async () => {
      await using bench = await ServerBench.open({
        ...silent,
        accounts: () => Promise.reject(new Error('no database')),
        skip: ({ headers }) => {
          if (headers.cookie !== undefined) throw new Error('no session store');
          return false;
        },
      });
      using client = await RawClient.open(bench.port);
      for (let count = 0; count < 2; count += 1) {
        assert.equal((await client.request(['Cookie: session=1'])).status, 500);
        const logon = await Logon.of('user0');
        const first = await logon.first();
        const last = await logon.next(await client.request([first]));
        assert.equal((await client.request([last])).status, 503);
        tokens.push(first, last);
      }
    });
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]?.message ?? '', /500, because .*: no session store\.$/);
    assert.match(
      warnings[1]?.message ?? '',
      /503, because .*: .*account.* \(no database\)\. The option accounts failed: /,
    );
    const text = warnings.map(({ message, detail }) => `${message} ${detail}`).join();
    for (const token of tokens) assert.ok(!text.includes(token.split(' ')[2] ?? ''));
    assert.ok(!text.includes('secret'));
  });

  it('a failure that is not an Error is a warning', async () => {
    const skip = () => {
      throw Symbol('secret');
    };
    const [warning, ...others] = await warningsOf(async () => {
      await using bench = await ServerBench.open({ ...silent, skip });
      using client = await RawClient.open(bench.port);
      assert.equal((await client.request()).status, 500);
    });
    assert.match(warning?.message ?? '', /: what was thrown is not an Error\.$/);
    assert.deepEqual(others, []);
  });

  it('what clients do wrong is no warning', async () => {
    const warnings = await warningsOf(async () => {
      await using bench = await ServerBench.open(silent);
      using client = await RawClient.open(bench.port);
      assert.equal((await client.request()).status, 401);
      assert.equal((await client.request(['Authorization: NTLM !'])).status, 400);
      assert.equal((await logOn(client, 'user0', { password: 'wrong' })).status, 401);
      assert.equal((await logOn(client, 'user0')).status, 200);
    });
    assert.deepEqual(warnings, []);
  });
});

describe('with onEvent', () => {
  it('it is called without a receiver', async () => {
    const receivers: unknown[] = [];
    function onEvent(this: unknown): void {
      receivers.push(this);
    }
    await using bench = await ServerBench.open({ onEvent });
    using client = await RawClient.open(bench.port);
    await client.request(forwarded);
    assert.deepEqual(receivers, [undefined]);
  });

  it('there are no warnings', async () => {
    const warnings = await warningsOf(async () => {
      await using bench = await ServerBench.open();
      using client = await RawClient.open(bench.port);
      assert.equal((await client.request(forwarded)).status, 403);
      assert.deepEqual(bench.types, ['forwarded']);
    });
    assert.deepEqual(warnings, []);
  });
});

describe('the answer to a forwarded request', () => {
  const text = 'This server does not authenticate requests that come through a proxy.';

  it('tells the reason, and no option', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    for (const body of [undefined, 'abc']) {
      const answer = await client.request(forwarded, body, 'POST /');
      assert.deepEqual([answer.status, answer.body], [403, text]);
      assert.deepEqual(fieldsOf(answer, 'content-type'), ['text/plain']);
    }
  });

  it('has no content for HEAD, however strict the server is', async () => {
    await using bench = await ServerBench.open({ http: { rejectNonStandardBodyWrites: true } });
    const { port } = bench;
    for (let count = 0; count < 2; count += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'HEAD',
        headers: { via: '1.1 proxy' },
      });
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get('content-length'), String(text.length));
      assert.equal(await answer.text(), '');
    }
  });
});

describe('the advice of an event', () => {
  it('for a wrong password tells what accounts gets', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    for (const options of [{ password: 'wrong' }, { domain: '' }]) {
      assert.equal((await logOn(client, 'user0', options)).status, 401);
      assert.equal(codeOf(bench.events.at(-1)), 'SEC_E_LOGON_DENIED');
      assert.match(bench.events.at(-1)?.advice ?? '', /^The user, the domain or the password is/);
    }
  });

  it('for a wrong target tells what browsers name', async () => {
    await using bench = await ServerBench.open({ targets: ['HTTP/localhost'] });
    using client = await RawClient.open(bench.port);
    await logOn(client, 'user0', { target: 'HTTP/localhost:8080' });
    assert.match(bench.events[0]?.advice ?? '', /Chromium with NTLM names HTTP\/<host>:<port>/);
  });

  for (const scheme of ['NTLM', 'Negotiate'] as const) {
    it(`for a handshake of ${scheme} that begins with a later token tells the reason`, async () => {
      await using bench = await ServerBench.open();
      using client = await RawClient.open(bench.port);
      using other = await RawClient.open(bench.port);
      const logon = await Logon.of('user0', { scheme });
      const last = await logon.next(await client.request([await logon.first()]));
      assert.equal((await other.request([last])).status, 400);
      assert.equal(codeOf(bench.events[0]), 'SEC_E_INVALID_TOKEN');
      assert.match(bench.events[0]?.advice ?? '', /^The first message .*call negotiate\(\) once/);
    });
  }

  it('for other malformed tokens is absent', async () => {
    await using bench = await ServerBench.open();
    using client = await RawClient.open(bench.port);
    const logon = await Logon.of('user0');
    const first = await logon.first();
    await client.request([first]);
    assert.equal((await client.request([first])).status, 400);
    for (const token of ['NTLM TlRMTVNTUAA=', 'Negotiate YA==', 'Negotiate AAAA']) {
      assert.equal((await client.request([`Authorization: ${token}`])).status, 400);
    }
    assert.deepEqual(
      bench.events.map(({ advice }) => advice),
      Array(4).fill(undefined),
    );
  });
});

describe('the errors of options', () => {
  const wrong: [NegotiateOptions, string][] = [
    [
      { accounts, targets: ['HTTP/localhost', 'localhost'] },
      'options.targets[1] must be a service and a host, such as HTTP/localhost',
    ],
    ...['10.0.0.0/8', 'proxy.example.com', ''].map((address): [NegotiateOptions, string] => [
      { accounts, trustedProxies: [address] },
      'options.trustedProxies[0] must be an IP address, not a range or a name',
    ]),
  ];
  for (const [options, message] of wrong) {
    it(`tell the form: ${message}`, () => {
      assert.throws(() => negotiate(options), { name: 'RangeError', message });
    });
  }
});
