import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, it } from 'node:test';
import { open } from '../../src/index.js';
import { binding, message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { rejected } from '../support/refused.js';

const BINDINGS = 40;

describe('verification without maxTokenBindings', () => {
  it('accepts as many TokenBindings as fit into a message', async () => {
    const ekm = newEkm();
    const provided = signedBinding(testKey('ecdsap256'), ekm);
    const most = Math.floor(65_535 / provided.length);
    const whole = message(...new Array<Buffer>(most).fill(provided));
    const tokenBinding = open({ provider: 'portable' });
    for (const maxTokenBindings of [undefined, most]) {
      const expected = { keyType: 'ecdsap256', ekm, maxTokenBindings } as const;
      assert.equal(tokenBinding.verifyMessageSync(whole, expected).length, most);
      assert.equal((await tokenBinding.verifyMessage(whole, expected)).length, most);
    }
  });
});

describe('asynchronous verification', () => {
  const ekm = newEkm();
  const expected = { keyType: 'ecdsap256', ekm } as const;
  const key = testKey('ecdsap256');
  const good = signedBinding(key, ekm);
  const bad = binding({ identifier: key.identifier, signature: Buffer.alloc(64, 1) });

  for (const position of [0, 1, 2, 7, BINDINGS - 1]) {
    it(`checks at most one signature after an invalid one at ${position}`, async () => {
      const bindings = new Array<Buffer>(BINDINGS).fill(good).with(position, bad);
      const jobs = await signatureJobs(async () => {
        const pending = open({ provider: 'portable' }).verifyMessage(
          message(...bindings),
          expected,
        );
        const { path } = await rejected('ERR_TB_SIGNATURE', pending);
        assert.equal(path, `tokenbindings[${position}].signature`);
      });
      assert.ok(jobs.made > position && jobs.made <= position + 2, `${jobs.made} signatures`);
    });
  }

  it('uses at most two threads for a message of many signatures', async () => {
    const bindings = new Array<Buffer>(BINDINGS).fill(good);
    const jobs = await signatureJobs(async () => {
      const tokenBinding = open({ provider: 'portable' });
      const results = await tokenBinding.verifyMessage(message(...bindings), expected);
      assert.equal(results.length, BINDINGS);
    });
    assert.deepEqual(jobs, { made: BINDINGS, mostAtOnce: 2 });
  });

  it('yields to the event loop between the imports of many keys', async () => {
    const bindings = Array.from({ length: BINDINGS }, () =>
      signedBinding(testKey('ecdsap256'), ekm),
    );
    const whole = message(...bindings);
    const tokenBinding = open({ provider: 'portable' });
    const stretches = await importsBetweenTurns(() => tokenBinding.verifyMessage(whole, expected));
    assert.equal(
      stretches.reduce((sum, imports) => sum + imports, 0),
      BINDINGS,
    );
    assert.ok(Math.max(...stretches) <= 8, stretches.join(' '));
  });

  it('names the field of an invalid signature', async () => {
    const whole = message(good);
    const pending = open({ provider: 'portable' }).verifyMessage(whole, {
      ...expected,
      ekm: newEkm(),
    });
    const { message: text } = await rejected('ERR_TB_SIGNATURE', pending);
    assert.match(text, /is not valid for this keying material \(ekm\) and key: /);
  });
});

/** Counts the signatures that the thread pool checks while `work` runs, and how many at the same time. */
async function signatureJobs(work: () => Promise<void>) {
  const running = new Set<number>();
  let made = 0;
  let mostAtOnce = 0;
  const hook = createHook({
    init(id, type) {
      if (type !== 'SIGNREQUEST') return;
      running.add(id);
      made++;
      mostAtOnce = Math.max(mostAtOnce, running.size);
    },
    before: (id) => running.delete(id),
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return { made, mostAtOnce };
}

/** How many public keys are imported between two turns of the event loop. */
async function importsBetweenTurns(work: () => Promise<unknown>): Promise<number[]> {
  const importKey = crypto.createPublicKey;
  const stretches = [0];
  const turn = () => {
    stretches.push(0);
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  crypto.createPublicKey = (...args) => {
    stretches.push((stretches.pop() ?? 0) + 1);
    return importKey(...args);
  };
  syncBuiltinESMExports();
  try {
    await work();
    return stretches;
  } finally {
    crypto.createPublicKey = importKey;
    syncBuiltinESMExports();
    clearImmediate(immediate);
  }
}
