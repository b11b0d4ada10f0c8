import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../examples/stolen-cookie/main.mjs', import.meta.url));

describe('example stolen-cookie', () => {
  it('accepts the owner and rejects both thieves', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const verdicts = /own cookie.* (\d+)\n.*stolen cookie and header +(\d+)\n.*own key +(\d+)/;
    assert.deepEqual(verdicts.exec(stdout)?.slice(1), ['200', '401', '401'], stdout);
    assert.match(
      stdout,
      /401: tokenbindings\[0\]\.signature: is not valid for this keying material/,
    );
    assert.match(stdout, /401: the cookie is not valid for the key of the request/);
  });

  for (const name of ['server', 'owner', 'thief']) {
    it(`has no ${name} without main.mjs`, () => {
      const alone = join(dirname(program), `${name}.mjs`);
      const { status, stderr } = spawnSync(process.execPath, [alone], { encoding: 'utf8' });
      assert.equal(status, 1);
      assert.equal(stderr, 'this program needs main.mjs: run node main.mjs\n');
    });
  }
});
