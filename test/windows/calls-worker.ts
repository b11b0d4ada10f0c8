import { parentPort, workerData } from 'node:worker_threads';
import { open } from '../../src/index.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';

// Keeps 16 verifications in flight, and says so; with a `rounds` it ends after as many.
const { libraryPath, rounds } = workerData as { libraryPath: string; rounds?: number };
const tokenBinding = open({ provider: 'windows', libraryPath });
const ekm = newEkm();
const whole = message(signedBinding(testKey('ecdsap256'), ekm));
let said = false;

async function verify(): Promise<void> {
  for (let round = 0; rounds === undefined || round < rounds; round++) {
    const pending = tokenBinding.verifyMessage(whole, { keyType: 'ecdsap256', ekm });
    if (!said) parentPort?.postMessage('in flight');
    said = true;
    await pending;
  }
}

await Promise.all(Array.from({ length: 16 }, verify));
parentPort?.postMessage('done');
