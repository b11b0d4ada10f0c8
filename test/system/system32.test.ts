import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generateIdForUri, getKeyTypesServer, open } from '../../src/index.js';
import { deleteKeys, deleteNewKeys, hasKey, newDomain } from '../provider/domains.js';

// These tests need a tokenbinding.dll in System32: Microsoft's, or a stand-in under Wine.

after(() => deleteNewKeys(open()));

const dist = new URL('../../', import.meta.url);
const run = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL(file, dist)), ...args], { encoding: 'utf8' });

describe('the default search', () => {
  it('finds the tokenbinding.dll of System32', () => {
    const { name, reason, library } = open().provider;
    assert.equal(name, 'windows');
    assert.equal(reason, 'found');
    const expected = join(
      process.env['SystemRoot'] ?? 'C:\\windows',
      'system32',
      'tokenbinding.dll',
    );
    assert.equal(library?.toLowerCase(), expected.toLowerCase());
    assert.equal(open({ provider: 'windows' }).provider.reason, 'requested');
  });

  it('is used by the functions of the module', async () => {
    assert.ok((await getKeyTypesServer()).includes('ecdsap256'));
    const { identifier } = await generateIdForUri('ecdsap256', `https://${newDomain()}/`);
    assert.equal(identifier.length, 68);
  });

  it('is skipped for the portable provider', () => {
    const { provider } = open({ provider: 'portable' });
    assert.deepEqual(provider, { name: 'portable', reason: 'requested' });
  });
});

describe('the command with the Windows provider', () => {
  const ekm = '00'.repeat(32);

  it('prints the path of the DLL', () => {
    const { status, stdout } = run('src/cli.js', 'status', '--json');
    assert.equal(status, 0);
    const { provider, reason, library } = JSON.parse(stdout);
    assert.deepEqual([provider, reason], ['windows', 'found']);
    assert.match(library, /\\system32\\tokenbinding\.dll$/i);
  });

  it('verifies its own message, and rejects a message if Windows does', () => {
    const target = `https://${newDomain()}/`;
    const made = run('src/cli.js', 'generate', '--target', target, '--ekm', ekm);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stderr, /Windows keeps the key/);
    const message = made.stdout.trim().replace('Sec-Token-Binding: ', '');
    const verify = (of: string) =>
      run('src/cli.js', 'verify', '--ekm', of, '--key-type', 'ecdsap256', message);
    const verified = verify(ekm);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    const refused = verify('11'.repeat(32));
    assert.equal(refused.status, 1);
    assert.match(
      refused.stdout,
      /^refused ERR_TB_\w+\r?\nTokenBindingVerifyMessage (?:failed with 0x|reported success, but )/,
    );
  });
});

describe('the example of a stolen cookie with the Windows provider', () => {
  const target = 'https://localhost/';

  it('accepts the owner and rejects the thief', async () => {
    const isOfOthers = await hasKey(open(), target);
    try {
      // The second run has the keys of the same user, as all processes on Windows.
      for (const keys of ['', 'shared']) {
        process.env['STAND_IN_KEYS'] = keys;
        const { status, stdout, stderr } = run('../examples/stolen-cookie/main.mjs');
        assert.equal(status, 0, stdout + stderr);
        assert.match(stdout, /^Token Binding by the windows provider \(found\)/);
      }
    } finally {
      if (!isOfOthers) await deleteKeys(open(), target);
    }
  });
});
