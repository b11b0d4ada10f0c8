import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../peers/accounts.js';
import { axiosNtlm, ewsjsNtlm } from '../peers/http-auth/npm-clients.js';
import { passwordOf, ServerBench, USERS } from './support/server-bench.js';
import { codeOf } from './support/server-client.js';

const accountOf = (user: string): Account => ({
  domain: 'EXAMPLE',
  user,
  password: passwordOf(user),
});

describe('clients of npm at a server with negotiate()', () => {
  for (const [name, client] of [
    ['axios-ntlm', axiosNtlm],
    ['@ewsjs/ntlm-client', ewsjsNtlm],
  ] as const) {
    const url = (bench: ServerBench) => `http://127.0.0.1:${bench.port}/`;

    it(`${name} gets a page, and its body arrives whole`, async () => {
      await using bench = await ServerBench.open();
      const account = accountOf('user0');
      const [page] = await client({ url: url(bench), account });
      assert.deepEqual(page, { status: 200, body: 'EXAMPLE\\user0 false 0' });
      const body = 'x'.repeat(50_000);
      const [posted] = await client({ url: url(bench), account, body });
      assert.equal(posted?.body, 'EXAMPLE\\user0 false 50000');
      assert.deepEqual(bench.types, ['authenticated', 'authenticated']);
    });

    it(`${name} gives up after one 401 for a wrong password`, async () => {
      await using bench = await ServerBench.open();
      const account = { ...accountOf('user0'), password: 'wrong' };
      const [answer] = await client({ url: url(bench), account });
      assert.equal(answer?.status, 401);
      assert.deepEqual(bench.events.map(codeOf), ['SEC_E_LOGON_DENIED']);
    });

    it(`${name}: 20 users at once keep their names`, async () => {
      await using bench = await ServerBench.open();
      const pages = await Promise.all(
        USERS.map((user) => client({ url: url(bench), account: accountOf(user) })),
      );
      assert.deepEqual(
        pages.map(([page]) => page?.body),
        USERS.map((user) => `EXAMPLE\\${user} false 0`),
      );
    });

    it(`${name} names no target, and is refused where targets are checked`, async () => {
      await using bench = await ServerBench.open({ targets: ['HTTP/127.0.0.1'] });
      const [answer] = await client({ url: url(bench), account: accountOf('user0') });
      assert.equal(answer?.status, 401);
      assert.deepEqual(bench.events.map(codeOf), ['SEC_E_WRONG_PRINCIPAL']);
    });
  }
});
