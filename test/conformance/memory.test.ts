import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

describe('200,000 cases', () => {
  it('take no more memory than a heap of 48 MB has', () => {
    const args = ['conformance', 'portable', 'specification', '--cases', '200000'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=48', program, ...args],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^mutations +200000 +\d{6} +0 /m);
  });
});
