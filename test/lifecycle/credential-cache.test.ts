import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheBytes } from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';

const program = fileURLToPath(new URL('./credential-cache-process.js', import.meta.url));
const path = join(temporaryFolder(), 'cache');
/** A cache that ends 100 bytes before a block of 1,024 does, with room for a part of an entry. */
const CACHE = cacheBytes({ header: new Uint8Array(1024 - 100 - cacheBytes().length + 12) });

/** Adds a ticket where files may have this many blocks of 512 bytes. */
function appendWithin(blocks: number): string {
  const limit = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
  const args = ['-c', limit, 'sh', process.execPath, program, path];
  return execFileSync('/bin/sh', args, { encoding: 'utf8' }).trim();
}

describe('a credential cache on a full disk', { skip: process.platform === 'win32' }, () => {
  it('stays as it is if only a part of a ticket can be written, or nothing', () => {
    assert.equal(CACHE.length, 924);
    writeFileSync(path, CACHE, { mode: 0o600 });
    for (const blocks of [2, 1]) {
      assert.equal(appendWithin(blocks), 'SEC_E_NO_CREDENTIALS');
      assert.deepEqual(Uint8Array.from(readFileSync(path)), Uint8Array.from(CACHE));
    }
    assert.equal(appendWithin(4), 'added');
    const [added, before] = [readFileSync(path).length, CACHE.length];
    assert.ok(before < 1024 && added > 1024, `${before} bytes, then ${added}`);
  });
});
