import { parentPort, workerData } from 'node:worker_threads';
import { openSspi } from '../../src/sspi.js';
import { ascii, contexts, pair } from '../support/sspi.js';

// Keeps 4 handshakes in flight, and says so; with a `rounds` it ends after as many.
const { rounds } = workerData as { rounds?: number };
const clients = openSspi({ provider: 'windows' });
const message = ascii('message');

async function shakeHands(): Promise<void> {
  for (let round = 0; rounds === undefined || round < rounds; round++) {
    const { client, server } = await pair({ clients });
    server.verifySignature(message, client.makeSignature(message));
  }
}

const [first] = await Promise.all([contexts({ clients }), pair({ clients })]);
const step = first.client.step();
parentPort?.postMessage('in flight');
await Promise.all([step, ...Array.from({ length: 4 }, shakeHands)]);
parentPort?.postMessage('done');
