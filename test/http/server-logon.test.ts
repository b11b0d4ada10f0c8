import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServerBench } from './support/server-bench.js';
import { fieldsOf, logOn, RawClient } from './support/server-client.js';

describe('negotiate()', () => {
  for (const scheme of ['NTLM', 'Negotiate'] as const) {
    it(`authenticates a connection with ${scheme}, and keeps the user`, async () => {
      await using bench = await ServerBench.open();
      using client = await RawClient.open(bench.port);
      const first = await client.request();
      assert.equal(first.status, 401);
      assert.deepEqual(fieldsOf(first, 'www-authenticate'), ['Negotiate', 'NTLM']);
      const { status, body } = await logOn(client, 'user0', { scheme, body: 'x'.repeat(100_000) });
      assert.deepEqual([status, body], [200, 'EXAMPLE\\user0 false 100000']);
      const later = await client.request();
      assert.deepEqual([later.status, later.body], [200, 'EXAMPLE\\user0 true 0']);
      assert.deepEqual(bench.types, ['authenticated']);
    });
  }
});
