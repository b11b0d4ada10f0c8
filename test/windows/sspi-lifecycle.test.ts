import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openSspi } from '../../src/sspi.js';
import { ascii, pair } from '../support/sspi.js';

const clients = openSspi({ provider: 'windows' });
const message = ascii('message');
const file = new URL('./sspi-worker.js', import.meta.url);

// Wine starts a process for each client of NTLM. Two that start at the same time hold each other's pipes open:
// DeleteSecurityContext of one then waits for the other to end. So these tests start one at a time.

/** A worker that has completed a handshake. */
async function ready(): Promise<Worker> {
  const worker = new Worker(file);
  assert.deepEqual(await once(worker, 'message'), ['ready']);
  return worker;
}

async function assertWorks(rounds = 1): Promise<void> {
  const { client, server } = await pair({ clients });
  for (let round = 0; round < rounds; round++) {
    server.verifySignature(message, client.makeSignature(message));
  }
}

describe('lifecycle of SSPI', () => {
  it('survives a worker that is terminated during a step, 50 times', async () => {
    for (let round = 0; round < 50; round++) {
      const worker = await ready();
      worker.postMessage('shake hands');
      assert.deepEqual(await once(worker, 'message'), ['in flight']);
      assert.equal(await worker.terminate(), 1);
    }
    await assertWorks();
  });

  it('works in the main thread and two workers at once', async () => {
    const workers = [await ready(), await ready()];
    const done = workers.map(
      (worker) =>
        new Promise<number>((resolve, reject) => {
          worker.on('error', reject);
          worker.on('exit', resolve);
          worker.postMessage(2000);
        }),
    );
    await assertWorks(2000);
    assert.deepEqual(await Promise.all(done), [0, 0]);
  });

  const inChild = (end: string) => {
    const program = `
      import { openSspi } from ${JSON.stringify(new URL('../../src/sspi.js', import.meta.url).href)};
      const sspi = openSspi({ provider: 'windows' });
      const identity = { user: 'alice', domain: 'TESTDOM', password: 'Passw0rd!' };
      const request = { package: 'NTLM', use: 'outbound', identity };
      let answered = 0;
      sspi.acquireCredentialsHandle(request).then(async (credentials) => {
        for (let call = 0; call < 8; call++) {
          await sspi.initializeSecurityContext(credentials).step();
          answered++;
        }
      });
      ${end}`;
    return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
  };

  it('lets the process exit in the middle of a handshake', () => {
    const ends = [
      'process.exit(7)',
      'setTimeout(() => process.exit(7), 20)',
      'setTimeout(() => process.exit(7), 100)',
    ];
    for (const end of ends) {
      const { status, stderr } = inChild(end);
      assert.equal(status, 7, stderr);
      assert.equal(stderr, '');
    }
  });

  it('keeps the process alive until its steps are finished', () => {
    const { status, stderr } = inChild(
      "process.on('exit', () => { process.exitCode = answered; })",
    );
    assert.equal(status, 8, stderr);
  });
});
