import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../examples/federation/main.mjs', import.meta.url));

describe('example federation', () => {
  it('logs a person in, and rejects a stolen code, ID token and access token', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stderr, '');
    const verdicts = Array.from(
      stdout.matchAll(/^(owner|thief) (?:with the (?:stolen )?)?(.*?) +(\d+) (.*)$/gm),
      ([, ...parts]) => parts,
    );
    const bound = 'the token is bound to another key';
    assert.deepEqual(verdicts, [
      ['thief', 'code', '401', 'the provider has refused the code'],
      ['owner', 'logs in', '200', 'the report of alice'],
      ['owner', 'ID token', '200', 'Hello alice'],
      ['thief', 'ID token', '401', bound],
      ['thief', 'access token', '401', bound],
    ]);
    assert.match(stdout, /^provider +\| invalid_grant: the code is bound to another key$/m);
    assert.match(stdout, /^resources +\| 401: the token is bound to another key$/m);
  });
});
