import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cacheBytes } from '../support/ccache.js';
import { temporaryFolder } from '../support/folders.js';
import { hex } from '../support/ntlm.js';

const program = fileURLToPath(new URL('./credential-cache-secrets-process.js', import.meta.url));
const isLinux = process.platform === 'linux';

describe('the keys of a credential cache', { skip: !isLinux }, () => {
  it('are nowhere in memory after a ticket is read and added, once the caller overwrites its copy', () => {
    const path = join(temporaryFolder(), 'cache');
    const keyvalue = randomBytes(32);
    const entries = [{ key: { keytype: 18, keyvalue } }];
    writeFileSync(path, cacheBytes({ entries }), { mode: 0o600 });
    const inverted = hex(keyvalue.map((byte) => byte ^ 0xff));
    const printed = execFileSync(process.execPath, [program, path, inverted], { encoding: 'utf8' });
    const { before, after } = JSON.parse(printed);
    // The search must find the key that the caller has. It can find it again in its own buffer.
    assert.ok(before > 0);
    assert.equal(after, 0);
  });
});
