import { parentPort, workerData } from 'node:worker_threads';
import { open } from '../../src/index.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';

// Keeps 16 verifications in flight and posts a message when they started. With `rounds` it ends after that many.
const { libraryPath, rounds } = workerData as { libraryPath: string; rounds?: number };
const tokenBinding = open({ provider: 'windows', libraryPath });
const ekm = newEkm();
const whole = message(signedBinding(testKey('ecdsap256'), ekm));
let posted = false;

async function verify(): Promise<void> {
  for (let round = 0; rounds === undefined || round < rounds; round++) {
    const pending = tokenBinding.verifyMessage(whole, { keyType: 'ecdsap256', ekm });
    if (!posted) parentPort?.postMessage('in flight');
    posted = true;
    await pending;
  }
}

await Promise.all(Array.from({ length: 16 }, verify));
parentPort?.postMessage('done');
