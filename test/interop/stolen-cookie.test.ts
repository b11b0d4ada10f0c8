import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../examples/stolen-cookie/main.mjs', import.meta.url));

describe('example stolen-cookie', () => {
  it('lets the owner in and refuses both thefts', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const verdicts = /own cookie.* (\d+)\n.*stolen cookie and header +(\d+)\n.*own key +(\d+)/;
    assert.deepEqual(verdicts.exec(stdout)?.slice(1), ['200', '401', '401'], stdout);
    assert.match(stdout, /401: the message does not prove a key .* \(ERR_TB_SIGNATURE\)/);
    assert.match(stdout, /401: the cookie belongs to another key/);
  });
});
