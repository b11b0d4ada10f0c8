import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = '../../../examples/signing-a-message/main.mjs';
const program = fileURLToPath(new URL(main, import.meta.url));

describe('example signing-a-message', () => {
  it('accepts genuine messages and rejects altered ones, with both packages', () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const options = { encoding: 'utf8', env } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], options);
    assert.equal(status, 0, stdout + stderr);
    for (const name of ['NTLM', 'Negotiate'])
      assert.match(stdout, new RegExp(`^${name}, over`, 'm'));
    assert.equal(stdout.match(/the client is EXAMPLE\\alice, by NTLM/g)?.length, 2);
    assert.equal(stdout.match(/with a bit changed +SEC_E_MESSAGE_ALTERED/g)?.length, 4);
    assert.equal(stdout.match(/signed message +accepted/g)?.length, 2);
    assert.equal(stdout.match(/sealed message +This is your server speaking/g)?.length, 2);
  });

  it('prints the usage of a program that has no arguments', () => {
    const alone = join(dirname(program), 'client.mjs');
    const { status, stderr } = spawnSync(process.execPath, [alone], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.equal(stderr, `usage: node ${alone} <package> <port> <password>\n`);
  });
});
