import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { KerberosAcceptor } from '../../src/sspi/kerberos/acceptor.js';
import { uniqueTime } from '../../src/sspi/kerberos/clock.js';
import { ReplayCache } from '../../src/sspi/kerberos/replay-cache.js';
import { encryptionKeyOf, issueTicket, newServiceKey } from '../support/kerberos-ticket.js';

const AES256 = 18;

async function nextOf<Message>(worker: Worker): Promise<Message> {
  const [message] = await once(worker, 'message');
  return message;
}

describe('the time of an authenticator', () => {
  it('differs in two threads with one ticket, so that one rejects the AP-REP for the other', async () => {
    const key = newServiceKey(AES256);
    const { sessionKey, ...ticket } = issueTicket(key);
    const workerData = { ticket, key: encryptionKeyOf(sessionKey), now: Date.now() };
    const file = new URL('./kerberos-time-worker.js', import.meta.url);
    const [first, second] = [new Worker(file, { workerData }), new Worker(file, { workerData })];
    const [request] = await Promise.all([nextOf<Uint8Array>(first), nextOf<Uint8Array>(second)]);
    const settings = { keys: [key], replayCache: new ReplayCache(300), skew: 300 };
    const server = new KerberosAcceptor(settings, {
      flags: [],
      channelBindingPolicy: 'require',
      allowWeak: [],
    });
    const { token } = server.step(request);
    const outcomes = Promise.all([nextOf<string>(first), nextOf<string>(second)]);
    for (const worker of [first, second]) worker.postMessage(token);
    assert.deepEqual(await outcomes, ['done', 'SEC_E_MUTUAL_AUTH_FAILED']);
  });

  it('is another one in each call within a second', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_999 });
    const times = Array.from({ length: 20_000 }, uniqueTime);
    assert.equal(new Set(times.map(({ cusec }) => cusec)).size, times.length);
    for (const { ctime, cusec } of times) {
      assert.equal(ctime, 1_700_000_000);
      assert.ok(cusec >= 0 && cusec < 1_000_000);
    }
  });

  it('follows a clock that was set back', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_900_000 });
    assert.equal(uniqueTime().ctime, 1_700_000_900);
    t.mock.timers.setTime(1_700_000_000_000);
    assert.equal(uniqueTime().ctime, 1_700_000_000);
  });
});
