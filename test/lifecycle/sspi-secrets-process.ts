// Logs on with a password from standard input, closes everything, and looks for secrets in the heap.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapSnapshot } from 'node:v8';
import { openSspi } from '../../src/sspi.js';

const sspi = openSspi({ provider: 'portable' });

/** The password in characters, as no string holds it; the rest of the process must not either. */
async function readPassword(): Promise<number[]> {
  const chunks: number[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(...chunk);
    chunk.fill(0);
  }
  return chunks;
}

async function logOn(characters: readonly number[]): Promise<() => void> {
  const password = () => String.fromCharCode(...characters);
  const outbound = await sspi.acquireCredentialsHandle({
    package: 'Negotiate',
    use: 'outbound',
    identity: { user: 'DOM\\alice', password: password() },
  });
  const inbound = await sspi.acquireCredentialsHandle({
    package: 'Negotiate',
    use: 'inbound',
    accounts: () => ({ password: password() }),
  });
  const client = sspi.initializeSecurityContext(outbound);
  const server = sspi.acceptSecurityContext(inbound);
  const first = await server.step((await client.step()).token);
  const second = await client.step(first.token);
  const third = await server.step(second.token);
  await client.step(third.token);
  const message = new Uint8Array(100);
  server.verifySignature(message, client.makeSignature(message));
  const all = [outbound, inbound, client, server];
  return () => {
    for (const thing of all) thing.close();
    kept.push(...all);
  };
}

/** What stays alive after close(), so that its memory is part of the heap. */
const kept: unknown[] = [];

async function heap(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const snapshot = getHeapSnapshot();
  snapshot.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  await once(snapshot, 'end');
  return Buffer.concat(chunks);
}

const characters = await readPassword();
const close = await logOn(characters);
close();
for (let round = 0; round < 5; round++) {
  globalThis.gc?.();
  await delay(10);
}
const content = await heap();
const found = content.includes(Buffer.from(characters));
const sane = content.includes('alice') && kept.length === 4;
process.stdout.write(JSON.stringify({ found, sane }));
