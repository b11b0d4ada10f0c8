import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NtlmClient } from '../../src/sspi/ntlm/client.js';
import { ntHashOf } from '../../src/sspi/ntlm/keys.js';
import { MessageKey } from '../../src/sspi/ntlm/message-key.js';
import { NtlmSession } from '../../src/sspi/ntlm/session.js';
import { hex } from '../support/ntlm.js';

const program = fileURLToPath(new URL('./sspi-secrets-process.js', import.meta.url));

describe('secrets of SSPI', () => {
  it('no string of the heap holds a password after close()', () => {
    const password = `secret-${randomBytes(12).toString('hex')}`;
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', program], {
      input: password,
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { found: false, sane: true });
  });

  it('close() overwrites keys', () => {
    const key = new Uint8Array(randomBytes(16));
    const session = new NtlmSession('client', 0x10, key, { domain: '', user: 'u' });
    session.close();
    assert.equal(hex(key), '00'.repeat(16));
    const messageKey = new MessageKey(new Uint8Array(16).fill(7), 0x00080000, 'client-to-server');
    messageKey.close();
    const stream = new Uint8Array(600);
    messageKey.stream.update(stream, stream);
    assert.equal(hex(stream), '00'.repeat(600));
  });

  it("a context's copy of the hash goes, and the credentials' stays", () => {
    const ntHash = ntHashOf('p');
    const identity = { user: 'u', domain: '', workstation: '', ntHash };
    new NtlmClient(identity, { flags: [], allowWeak: [] }).close();
    assert.equal(hex(ntHash), hex(ntHashOf('p')));
  });
});
