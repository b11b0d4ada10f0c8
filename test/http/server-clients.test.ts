import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../peers/accounts.js';
import { axiosNtlm, ewsjsNtlm } from '../peers/http-clients.js';
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
      const page = await client(url(bench), account);
      assert.deepEqual(page, { status: 200, body: 'EXAMPLE\\user0 false 0' });
      const posted = await client(url(bench), account, 'x'.repeat(50_000));
      assert.equal(posted.body, 'EXAMPLE\\user0 false 50000');
      assert.deepEqual(bench.types, ['authenticated', 'authenticated']);
    });

    it(`${name} gives up after one 401 for a wrong password`, async () => {
      await using bench = await ServerBench.open();
      const { status } = await client(url(bench), { ...accountOf('user0'), password: 'wrong' });
      assert.equal(status, 401);
      assert.deepEqual(bench.events.map(codeOf), ['SEC_E_LOGON_DENIED']);
    });

    it(`${name}: 20 users at once keep their names`, async () => {
      await using bench = await ServerBench.open();
      const pages = await Promise.all(USERS.map((user) => client(url(bench), accountOf(user))));
      assert.deepEqual(
        pages.map(({ body }) => body),
        USERS.map((user) => `EXAMPLE\\${user} false 0`),
      );
    });

    it(`${name} names no target, and is refused where targets are checked`, async () => {
      await using bench = await ServerBench.open({ targets: ['HTTP/127.0.0.1'] });
      assert.equal((await client(url(bench), accountOf('user0'))).status, 401);
      assert.deepEqual(bench.events.map(codeOf), ['SEC_E_WRONG_PRINCIPAL']);
    });
  }
});
