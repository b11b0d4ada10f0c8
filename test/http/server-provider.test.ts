import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { type NegotiateOptions, negotiate } from '../../src/http-auth.js';
import {
  type Credentials,
  type PackageInfo,
  type SecurityContext,
  type Sspi,
  SspiError,
  type SspiErrorCode,
  type Step,
} from '../../src/sspi.js';
import { ServerBench } from './support/server-bench.js';
import { resolvers } from './support/server-calls.js';
import { codeOf, fieldsOf, RawClient, requestOf } from './support/server-client.js';

// A provider that answers as Kerberos and Windows can, and NTLM of the portable provider cannot.

interface Behaviour {
  readonly step: (token: Uint8Array) => Step | Promise<Step>;
  readonly userName?: string;
  readonly package?: string;
  readonly provider?: 'portable' | 'windows';
}

const TOKEN = `Negotiate ${Buffer.from('one').toString('base64')}`;
const asks = [`Authorization: ${TOKEN}`];
const done = (token: string): Step => ({ token: Buffer.from(token), done: true });

class FakeProvider {
  closed = 0;
  opened = 0;
  readonly #behaviour: Behaviour;

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  get options(): Pick<NegotiateOptions, 'sspi' | 'credentials' | 'accounts'> {
    const info = { name: 'Negotiate' } as PackageInfo;
    const credentials = { use: 'inbound', package: info } as Credentials;
    const { provider: name = 'portable' } = this.#behaviour;
    const provider = { name, reason: 'requested' } as const;
    const sspi = { provider, acceptSecurityContext: () => this.#accept() };
    return { sspi: sspi as unknown as Sspi, credentials, accounts: undefined };
  }

  #accept(): SecurityContext {
    this.opened += 1;
    const { step, userName = 'EXAMPLE\\alice', package: chosen = 'Kerberos' } = this.#behaviour;
    const attributes = {
      names: { userName },
      negotiationInfo: { package: { name: chosen } },
    };
    const context = {
      step: async (token: Uint8Array) => step(token),
      queryContextAttributes: (name: keyof typeof attributes) => attributes[name],
      close: () => {
        this.closed += 1;
      },
    };
    return context as unknown as SecurityContext;
  }
}

describe('a provider with handshakes of one leg', () => {
  it('authenticates each request of Kerberos by itself, with its last token in the answer', async () => {
    const fake = new FakeProvider({ step: () => done('two') });
    await using bench = await ServerBench.open(fake.options);
    using client = await RawClient.open(bench.port);
    for (let count = 1; count <= 3; count += 1) {
      const answer = await client.request(asks, 'x'.repeat(count), 'POST /');
      assert.equal(answer.body, `EXAMPLE\\alice false ${count}`);
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), [`Negotiate dHdv`]);
      assert.equal((await client.request()).status, 401);
      assert.deepEqual([fake.opened, fake.closed], [count, count]);
    }
    const { auth } = bench.events[0] ?? {};
    assert.deepEqual([auth?.package, auth?.user, auth?.domain], ['Kerberos', 'alice', 'EXAMPLE']);
  });

  it('keeps the user if persist says so', async () => {
    const fake = new FakeProvider({ step: () => done('') });
    await using bench = await ServerBench.open({ ...fake.options, persist: { Kerberos: true } });
    using client = await RawClient.open(bench.port);
    const answer = await client.request(asks);
    assert.deepEqual(fieldsOf(answer, 'www-authenticate'), []);
    assert.equal((await client.request()).body, 'EXAMPLE\\alice true 0');
  });

  it('keeps no user of another package', async () => {
    const fake = new FakeProvider({ step: () => done(''), package: 'pku2u' });
    const persist = { Kerberos: true, NTLM: true };
    await using bench = await ServerBench.open({ ...fake.options, persist });
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request(asks)).status, 200);
    assert.equal((await client.request()).status, 401);
  });

  it('lets an upgrade pass', async () => {
    const fake = new FakeProvider({ step: () => done('') });
    await using bench = await ServerBench.open(fake.options);
    bench.server.on('upgrade', async (request, socket) => {
      const auth = await bench.middleware.upgrade(request, socket);
      if (auth !== undefined) socket.end(`HTTP/1.1 101 ${auth.user}\r\n\r\n`);
    });
    using client = await RawClient.open(bench.port);
    client.write(requestOf([...asks, 'Connection: Upgrade', 'Upgrade: x']));
    assert.match(await client.closed(), /^HTTP\/1.1 101 alice/);
  });

  it('authenticates nobody if another token comes during a step', async () => {
    const work = resolvers();
    const fake = new FakeProvider({
      step: async () => {
        await work.promise;
        return done('');
      },
    });
    await using bench = await ServerBench.open({ ...fake.options, persist: { Kerberos: true } });
    using client = await RawClient.open(bench.port);
    client.write(requestOf(asks), requestOf(asks));
    assert.equal((await client.answer()).status, 401);
    work.resolve();
    assert.equal(await client.closed(), '');
    assert.deepEqual(bench.types, ['interrupted']);
    assert.deepEqual([fake.opened, fake.closed], [1, 1]);
  });

  it('refuses users that are nobody', async () => {
    for (const userName of [
      '',
      'NT AUTHORITY\\ANONYMOUS LOGON',
      'anonymous logon',
      'SERVER\\Guest',
      'GUEST',
      'guest@example.com',
      'EXAMPLE\\',
    ]) {
      for (const name of ['NTLM', 'Kerberos']) {
        const fake = new FakeProvider({ step: () => done('two'), userName, package: name });
        await using bench = await ServerBench.open(fake.options);
        using client = await RawClient.open(bench.port);
        const answer = await client.request(asks);
        assert.equal(answer.status, 401, userName);
        assert.deepEqual(fieldsOf(answer, 'www-authenticate'), ['Negotiate', 'NTLM']);
        assert.equal(codeOf(bench.events[0]), 'SEC_E_LOGON_DENIED');
        assert.equal((await client.request()).status, 401);
        assert.deepEqual([fake.opened, fake.closed], [1, 1]);
      }
    }
  });

  it('refuses a guest of Windows with an at sign in his name', async () => {
    const userName = 'CONTOSO\\guest@EXAMPLE.COM';
    const fake = new FakeProvider({ step: () => done(''), userName, provider: 'windows' });
    await using bench = await ServerBench.open(fake.options);
    using client = await RawClient.open(bench.port);
    assert.equal((await client.request(asks)).status, 401);
    assert.equal(codeOf(bench.events[0]), 'SEC_E_LOGON_DENIED');
  });

  it('splits names at the first backslash, and principals before their realm', async () => {
    for (const [provider, userName, domain, user] of [
      ['portable', 'alice@EXAMPLE.COM', 'EXAMPLE.COM', 'alice'],
      ['portable', 'a\\@b@EXAMPLE.COM', 'EXAMPLE.COM', 'a\\@b'],
      ['portable', 'CONTOSO\\\\alice@EXAMPLE.COM', 'EXAMPLE.COM', 'CONTOSO\\\\alice'],
      ['windows', 'EXAMPLE\\alice', 'EXAMPLE', 'alice'],
      ['windows', 'CONTOSO\\alice@EXAMPLE.COM', 'CONTOSO', 'alice@EXAMPLE.COM'],
      ['windows', 'CONTOSO\\\\alice@EXAMPLE.COM', 'CONTOSO', '\\alice@EXAMPLE.COM'],
      ['windows', 'alice@EXAMPLE.COM', 'EXAMPLE.COM', 'alice'],
      ['windows', 'alice', '', 'alice'],
    ] as const) {
      const fake = new FakeProvider({ step: () => done(''), userName, provider });
      await using bench = await ServerBench.open(fake.options);
      using client = await RawClient.open(bench.port);
      await client.request(asks);
      const { auth } = bench.events[0] ?? {};
      assert.deepEqual([auth?.domain, auth?.user, auth?.name], [domain, user, userName], provider);
    }
  });
});

describe('a provider that fails', () => {
  const failures: readonly (readonly [SspiErrorCode, number])[] = [
    ['SEC_E_LOGON_DENIED', 401],
    ['SEC_E_BAD_BINDINGS', 401],
    ['SEC_E_WRONG_PRINCIPAL', 401],
    ['SEC_E_MESSAGE_ALTERED', 401],
    ['SEC_E_UNSUPPORTED_FUNCTION', 401],
    ['SEC_E_SECPKG_NOT_FOUND', 401],
    ['SEC_E_TIME_SKEW', 401],
    ['SEC_E_INVALID_TOKEN', 400],
    ['SEC_E_NO_AUTHENTICATING_AUTHORITY', 503],
    ['SEC_E_INTERNAL_ERROR', 503],
    ['SEC_E_INSUFFICIENT_MEMORY', 503],
    ['SEC_E_INVALID_HANDLE', 503],
    ['ERR_SSPI_OS', 503],
  ];
  for (const [code, status] of failures) {
    it(`${code} gives ${status} and leaves no user`, async () => {
      const error = new SspiError(code, 'failed');
      let fails = true;
      const fake = new FakeProvider({
        step: () => {
          if (fails) throw error;
          return done('');
        },
        package: 'NTLM',
      });
      await using bench = await ServerBench.open(fake.options);
      using client = await RawClient.open(bench.port);
      const answer = await client.request(asks);
      assert.equal(answer.status, status);
      const schemes = status === 401 ? ['Negotiate', 'NTLM'] : [];
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), schemes);
      assert.equal(bench.events[0]?.error, error);
      assert.equal((await client.request()).status, 401);
      assert.deepEqual([fake.opened, fake.closed], [1, 1]);
      fails = false;
      await client.request(asks);
      assert.equal((await client.request()).status, 200);
      fails = true;
      assert.equal((await client.request(asks)).status, status);
      assert.equal((await client.request()).status, 401);
    });
  }

  it('in another way than by an SspiError gives 503', async () => {
    for (const thrown of [new TypeError('wrong'), undefined, 'text']) {
      const fake = new FakeProvider({
        step: () => {
          throw thrown;
        },
      });
      await using bench = await ServerBench.open(fake.options);
      using client = await RawClient.open(bench.port);
      assert.equal((await client.request(asks)).status, 503);
      assert.deepEqual(bench.types, ['unavailable']);
    }
  });

  it('a handshake that never ends is ended, and its context closed', async () => {
    const fake = new FakeProvider({ step: () => ({ token: Buffer.from('more'), done: false }) });
    await using bench = await ServerBench.open(fake.options);
    using client = await RawClient.open(bench.port);
    for (let leg = 1; leg <= 6; leg += 1) {
      const answer = await client.request(asks);
      assert.deepEqual(fieldsOf(answer, 'www-authenticate'), ['Negotiate bW9yZQ==']);
    }
    const last = await client.request(asks);
    assert.equal(last.status, 401);
    assert.deepEqual(fieldsOf(last, 'www-authenticate'), ['Negotiate', 'NTLM']);
    await client.closed();
    assert.deepEqual([fake.opened, fake.closed], [1, 1]);
  });

  it('a connection that is closed in the middle has its context closed', async () => {
    const fake = new FakeProvider({ step: () => ({ token: Buffer.from('more'), done: false }) });
    await using bench = await ServerBench.open(fake.options);
    using client = await RawClient.open(bench.port);
    await client.request(asks);
    const [socket] = bench.sockets;
    assert.ok(socket !== undefined);
    client.socket.destroy();
    await once(socket, 'close');
    assert.deepEqual([fake.opened, fake.closed], [1, 1]);
  });
});

describe('the Windows provider', () => {
  it('takes no accounts, names and targets', () => {
    const { options } = new FakeProvider({ step: () => done('') });
    const sspi = { ...options.sspi, provider: { name: 'windows', reason: 'found' } } as Sspi;
    for (const [name, value] of [
      ['accounts', () => undefined],
      ['names', { computer: 'SERVER' }],
      ['targets', ['HTTP/www.example.com']],
    ] as const) {
      assert.throws(() => negotiate({ sspi, [name]: value }), {
        code: 'ERR_OUT_OF_RANGE',
        message: `options.${name} must be absent with the Windows provider`,
      });
    }
  });
});
