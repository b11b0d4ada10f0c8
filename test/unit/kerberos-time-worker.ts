import { parentPort, workerData } from 'node:worker_threads';
import { KerberosInitiator, type ServiceTicket } from '../../src/sspi/kerberos/initiator.js';
import type { EncryptionKey } from '../../src/sspi/kerberos/messages/encrypted-data.js';
import { receiveKey } from '../../src/sspi/kerberos/receive-key.js';
import { SspiError } from '../../src/sspi.js';

// A client in a thread of its own, whose clock stands still: it sends an AP-REQ and takes one answer.

const { ticket, key, now } = workerData as {
  ticket: Omit<ServiceTicket, 'sessionKey'>;
  key: EncryptionKey;
  now: number;
};
Date.now = () => now;

const sessionKey = receiveKey('the session key', key, []);
const client = new KerberosInitiator(
  { ...ticket, sessionKey },
  { flags: ['mutual-auth', 'integrity'], allowWeak: [] },
);
parentPort?.on('message', (answer: Uint8Array) => {
  parentPort?.postMessage(outcomeOf(answer));
  parentPort?.close();
});
parentPort?.postMessage(client.step(new Uint8Array(0)).token);

function outcomeOf(answer: Uint8Array): string {
  try {
    return client.step(answer).done ? 'done' : 'continues';
  } catch (error) {
    return error instanceof SspiError ? error.code : String(error);
  }
}
