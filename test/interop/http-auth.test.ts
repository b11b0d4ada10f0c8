import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../examples/http-auth/main.mjs', import.meta.url));

describe('example http-auth', () => {
  it('logs each client on once for each connection, and sends a wrong password once', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    for (const name of ['fetch', 'axios', 'got']) {
      const line = `^${name} +\\| ten uploads .*: EXAMPLE\\\\alice sent 1000000 bytes$`;
      assert.match(stdout, new RegExp(line, 'm'));
    }
    assert.equal(stdout.match(/^server \| EXAMPLE\\alice logged on, by Negotiate/gm)?.length, 6);
    assert.equal(stdout.match(/^client \| a connection is authenticated$/gm)?.length, 6);
    assert.equal(stdout.match(/a logon was rejected: SEC_E_LOGON_DENIED/g)?.length, 1);
    assert.match(stdout, /wrong password: ERR_HTTP_AUTH_REJECTED, ERR_HTTP_AUTH_REJECTED$/m);
  });

  it('has no server without main.mjs', () => {
    const alone = join(dirname(program), 'server.mjs');
    const { status, stderr } = spawnSync(process.execPath, [alone], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.equal(stderr, 'this program needs main.mjs: run node main.mjs\n');
  });
});
