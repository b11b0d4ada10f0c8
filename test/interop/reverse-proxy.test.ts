import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../examples/reverse-proxy/main.mjs', import.meta.url));

describe('example reverse-proxy', () => {
  it('tells the backend the keys of clients, and rejects what they claim', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stderr, '');
    const statuses = Array.from(stdout.matchAll(/^client +\| .*: (\d+)$/gm), ([, text]) => text);
    assert.deepEqual(statuses, ['200', '200', '200', '200', '400', '400']);
    assert.match(stdout, /^proxy +\| 400: /m);
    assert.match(stdout, /^backend \| 400: a reverse proxy must be named/m);
  });
});
