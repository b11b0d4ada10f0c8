import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FileKeyStore, type KeyType, open } from '../../src/index.js';
import { temporaryFolder } from '../support/folders.js';
import { newEkm } from '../support/messages.js';

const program = fileURLToPath(new URL('./key-store-process.js', import.meta.url));
const root = temporaryFolder();

function start(...args: string[]): ChildProcess {
  return fork(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function answerOf(child: ChildProcess): Promise<string> {
  const [answer] = await once(child, 'message');
  return answer;
}

describe('FileKeyStore among processes', () => {
  for (const keyType of ['ecdsap256', 'rsa2048_pss'] as const) {
    it(`gives twenty processes that ask at once one new ${keyType} key`, async () => {
      const folder = join(root, `race-${keyType}`);
      const children = Array.from({ length: 20 }, () => start('once', folder, keyType));
      await Promise.all(children.map(answerOf));
      const answers = children.map(answerOf);
      for (const child of children) child.send('go');
      assert.equal(new Set(await Promise.all(answers)).size, 1);
      await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
      assert.deepEqual(readdirSync(folder), [`${keyType}@example.com.pem`]);
    });
  }

  it('has only complete keys after SIGKILL at sixty moments', async () => {
    const folder = join(root, 'killed');
    for (let round = 0; round < 60; round++) {
      const child = start('forever', folder, 'ecdsap256');
      await answerOf(child);
      child.send('go');
      await answerOf(child);
      await new Promise((resolve) => setTimeout(resolve, round % 7));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const store = new FileKeyStore(folder);
    const names = readdirSync(folder).filter((name) => name.endsWith('.pem'));
    assert.ok(names.length >= 60, `${names.length} keys were made`);
    const tokenBinding = open({ keyStore: store });
    for (const name of names) {
      const [keyType, scope] = name.slice(0, -4).split('@') as [KeyType, string];
      const ekm = newEkm();
      const targetUrl = `https://${scope}/`;
      const { tokenBinding: binding } = tokenBinding.generateBindingSync({
        keyType: 'anyexisting',
        targetUrl,
        bindingType: 'provided',
        ekm,
      });
      const message = tokenBinding.generateMessageSync([binding]);
      tokenBinding.verifyMessageSync(message, { keyType, ekm });
    }
    store.deleteAll();
    assert.deepEqual(readdirSync(folder), []);
  });
});
