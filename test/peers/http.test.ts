import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { decodeAuthenticate } from '../../src/sspi/ntlm/authenticate-message.js';
import { hasFlag } from '../../src/sspi/ntlm/flags.js';
import { decodeNegotiate } from '../../src/sspi/ntlm/negotiate-message.js';
import { ACCOUNTS, type Account, ALICE, JUERGEN } from './accounts.js';
import { type BenchOptions, HttpBench } from './http-bench.js';
import {
  axiosNtlm,
  curlOfOrigin,
  curlOfProxy,
  ewsjsNtlm,
  type HttpClient,
} from './http-clients.js';

const CLIENTS: readonly { name: string; kind: 'origin' | 'proxy'; client: HttpClient }[] = [
  { name: 'curl --ntlm', kind: 'origin', client: curlOfOrigin },
  { name: 'curl --proxy-ntlm', kind: 'proxy', client: curlOfProxy },
  { name: 'axios-ntlm', kind: 'origin', client: axiosNtlm },
  { name: '@ewsjs/ntlm-client', kind: 'origin', client: ewsjsNtlm },
];

/** Users with the same password: only the name differs, and one name is the beginning of another. */
const USERS: readonly Account[] = Array.from({ length: 20 }, (_, index) => ({
  domain: 'DOM',
  user: `user${index}`,
  password: index % 2 === 0 ? 'SecREt01' : `SecREt${index}`,
}));

describe('HTTP clients without Unicode', () => {
  const benches: HttpBench[] = [];
  after(() => {
    for (const bench of benches) bench.close();
  });

  const open = async (options: Partial<BenchOptions>): Promise<HttpBench> => {
    const bench = await HttpBench.open({ accounts: [...ACCOUNTS, ...USERS], ...options });
    benches.push(bench);
    return bench;
  };

  for (const { name, kind, client } of CLIENTS) {
    const denied = kind === 'origin' ? 401 : 407;

    it(`${name}: the right password is accepted, for a page and for a body`, async () => {
      const bench = await open({ kind });
      const page = await client(bench.url, ALICE);
      assert.deepEqual(page, { status: 200, body: 'DOM\\alice 0' });
      const body = await client(bench.url, ALICE, 'x'.repeat(5000));
      assert.deepEqual(body, { status: 200, body: 'DOM\\alice 5000' });
      assert.deepEqual(bench.refusals, []);
    });

    it(`${name} sends NTLMv2 with extended session security, in OEM, without a MIC`, async () => {
      const bench = await open({ kind });
      await client(bench.url, ALICE);
      const [negotiate, authenticate] = bench.tokens;
      assert.ok(negotiate !== undefined && authenticate !== undefined);
      const flags = decodeNegotiate(negotiate).flags;
      assert.deepEqual(
        [
          hasFlag(flags, 'NEGOTIATE_OEM'),
          hasFlag(flags, 'NEGOTIATE_UNICODE'),
          hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY'),
          hasFlag(flags, 'NEGOTIATE_SIGN'),
        ],
        [true, false, true, false],
      );
      const message = decodeAuthenticate(authenticate);
      assert.deepEqual([message.user, message.domain], ['alice', 'DOM']);
      assert.ok(message.response !== undefined);
      assert.equal(message.mic, undefined);
    });

    it(`${name}: a wrong password, user or domain is rejected once, and the client gives up`, async () => {
      for (const wrong of [{ password: 'secret01' }, { user: 'nobody' }, { domain: 'OTHER' }]) {
        const bench = await open({ kind });
        const { status, body } = await client(bench.url, { ...ALICE, ...wrong });
        assert.deepEqual([status, body], [denied, '']);
        assert.deepEqual(bench.refusals, ['SEC_E_LOGON_DENIED']);
        assert.equal(bench.tokens.length, 2);
      }
    });

    it(`${name}: a requirement that it does not support is rejected`, async () => {
      const channelBindings = Buffer.from('tls-server-end-point:x');
      for (const [accept, status, code] of [
        [{ channelBindings }, denied, 'SEC_E_BAD_BINDINGS'],
        [{ targets: ['HTTP/bench'] }, denied, 'SEC_E_WRONG_PRINCIPAL'],
        [{ flags: ['integrity'] }, 400, 'SEC_E_UNSUPPORTED_FUNCTION'],
      ] as const) {
        const bench = await open({ kind, accept });
        const answer = await client(bench.url, ALICE);
        assert.equal(answer.status, status);
        assert.deepEqual(bench.refusals, [code]);
      }
    });

    it(`${name}: 20 users at once each keep their identity`, async () => {
      const bench = await open({ kind });
      const answers = await Promise.all(USERS.map((account) => client(bench.url, account)));
      assert.deepEqual(
        answers,
        USERS.map(({ user }) => ({ status: 200, body: `DOM\\${user} 0` })),
      );
      assert.deepEqual(bench.refusals, []);
      const guesses = USERS.map((account) => client(bench.url, { ...account, password: 'guess' }));
      for (const { status } of await Promise.all(guesses)) assert.equal(status, denied);
      assert.equal(bench.refusals.length, USERS.length);
    });
  }

  for (const [name, client] of [
    ['curl --ntlm', curlOfOrigin],
    ['curl --proxy-ntlm', curlOfProxy],
  ] as const) {
    it(`${name}: a name that is not ASCII is rejected with a clear error`, async () => {
      const bench = await open({ kind: client === curlOfProxy ? 'proxy' : 'origin' });
      const { status } = await client(bench.url, JUERGEN);
      assert.notEqual(status, 200);
      assert.deepEqual(bench.refusals, ['SEC_E_UNSUPPORTED_FUNCTION']);
      // The first token is accepted.
      assert.equal(bench.tokens.length, 2);
    });
  }
});
