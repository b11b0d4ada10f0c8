import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { openSspi } from '../../src/sspi.js';
import { ascii, pair } from '../support/sspi.js';

// Completes a handshake and reports it; then exchanges the requested number of messages, or repeats handshakes forever.
const clients = openSspi({ provider: 'windows' });
const message = ascii('message');
const { client, server } = await pair({ clients });
parentPort?.postMessage('ready');
const [rounds] = parentPort === null ? [0] : await once(parentPort, 'message');

if (rounds === 'shake hands') {
  parentPort?.postMessage('in flight');
  for (;;) await pair({ clients });
}
for (let round = 0; round < rounds; round++) {
  server.verifySignature(message, client.makeSignature(message));
  const { trailer, data } = server.encryptMessage(message);
  client.decryptMessage({ trailer, data });
}
parentPort?.close();
