import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { open } from '../../src/index.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { openedInFork, openedInWorker } from '../support/opening.js';
import { standIn } from './stand-in.js';

const libraryPath = standIn();
/** Loaded here first, so that the DLL and the addon stay loaded when a worker ends. */
const guarded = open({ provider: 'windows', libraryPath: standIn('-guard') });
const file = new URL('./calls-worker.js', import.meta.url);
const start = (rounds?: number) =>
  new Worker(file, { workerData: { libraryPath: guarded.provider.library, rounds } });

describe('lifecycle', () => {
  it('survives a worker that is terminated while its calls are in flight, 50 times', async () => {
    for (let round = 0; round < 50; round++) {
      const worker = start();
      const [first] = await once(worker, 'message');
      assert.equal(first, 'in flight');
      assert.equal(await worker.terminate(), 1);
    }
    const ekm = newEkm();
    const whole = message(signedBinding(testKey('ecdsap256'), ekm));
    assert.equal(guarded.verifyMessageSync(whole, { keyType: 'ecdsap256', ekm }).length, 1);
  });

  it('works in the main thread and two workers at once', async () => {
    const ekm = newEkm();
    const whole = message(signedBinding(testKey('ecdsap256'), ekm));
    const done = [start(50), start(50)].map(
      (worker) =>
        new Promise<number>((resolve, reject) => {
          worker.on('error', reject);
          worker.on('exit', resolve);
        }),
    );
    for (let round = 0; round < 500; round++) {
      await guarded.verifyMessage(whole, { keyType: 'ecdsap256', ekm });
    }
    assert.deepEqual(await Promise.all(done), [0, 0]);
  });

  it('opens in workers, one after the other and at once, and in a forked process', async () => {
    const windows = ['windows', 'windows', 'windows', 'windows'];
    const { library } = guarded.provider;
    assert.deepEqual(await openedInWorker(library), windows);
    const both = [openedInWorker(library), openedInWorker(library)];
    assert.deepEqual(await Promise.all(both), [windows, windows]);
    assert.deepEqual(await openedInFork(library), windows);
  });

  const inChild = (end: string) => {
    const program = `
      import { open } from ${JSON.stringify(new URL('../../src/index.js', import.meta.url).href)};
      const tokenBinding = open({ provider: 'windows', libraryPath: ${JSON.stringify(libraryPath)} });
      const ekm = new Uint8Array(32);
      let answered = 0;
      for (let call = 0; call < 64; call++) {
        tokenBinding.generateBinding({
          keyType: 'rsa2048_pss', targetUrl: 'https://' + call % 4 + '.example/', bindingType: 'provided', ekm,
        }).then(() => { answered++; });
      }
      ${end}`;
    return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
  };

  it('lets the process exit during its calls', () => {
    for (const end of ['process.exit(7)', 'setTimeout(() => process.exit(7), 30)']) {
      const { status, stderr } = inChild(end);
      assert.equal(status, 7, stderr);
      assert.equal(stderr, '');
    }
  });

  it('keeps the process alive until its calls have settled', () => {
    const { status, stderr } = inChild(
      "process.on('exit', () => { process.exitCode = answered; })",
    );
    assert.equal(status, 64, stderr);
  });
});
