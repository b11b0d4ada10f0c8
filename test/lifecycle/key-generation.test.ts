import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./key-generation-process.js', import.meta.url));

describe('key generation', () => {
  it('continues while the garbage collector frees the jobs of earlier keys', () => {
    const { status, stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(stdout, '3000 keys\n');
    assert.equal(status, 0);
  });
});
