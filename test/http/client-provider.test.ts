import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Sspi, SspiError } from '../../src/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { answer, challenge, type RawHandler, RawServer } from './support/client-raw-server.js';
import { sspi } from './support/client-server.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** A provider with Negotiate whose contexts have these steps. */
async function start(step: () => object, handler: RawHandler) {
  const own = {
    provider: sspi.provider,
    querySecurityPackageInfo: (name: string) => sspi.querySecurityPackageInfo(name),
    acquireCredentialsHandle: sspi.acquireCredentialsHandle.bind(sspi),
    initializeSecurityContext: () => ({
      step: async () => step(),
      queryContextAttributes: () => ({ package: { name: 'Kerberos' } }),
      close: () => {},
    }),
  };
  const server = await RawServer.open(handler);
  const agents = agentsFor(server.origin, { sspi: own as unknown as Sspi, package: 'Negotiate' });
  closing.push(
    () => server.close(),
    () => agents.close(),
  );
  return { server, agents };
}

describe('a rejection is remembered', () => {
  it('of a domain controller, for a pause that grows', async (test) => {
    let now = performance.now();
    test.mock.method(performance, 'now', () => now);
    let steps = 0;
    const step = () => {
      steps++;
      throw new SspiError('SEC_E_LOGON_DENIED', 'the password is wrong');
    };
    const { server, agents } = await start(step, () => challenge('Negotiate'));
    for (let count = 0; count < 3; count++) {
      await assert.rejects(call(server.origin, agents), {
        code: 'ERR_HTTP_AUTH_REJECTED',
        message: /^the domain controller rejected the credentials for HTTP\/localhost/,
        leg: 0,
      });
    }
    assert.equal(steps, 1);
    for (const minutes of [1, 2, 4, 8, 15, 15]) {
      now += minutes * 60_000 - 1;
      const before: number = steps;
      await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_REJECTED' });
      assert.equal(steps, before);
      now++;
      await assert.rejects(call(server.origin, agents), { code: 'ERR_HTTP_AUTH_REJECTED' });
      assert.equal(steps, before + 1);
    }
    assert.deepEqual(server.tokens, []);
  });

  it('of a domain controller no longer than the pause, if it was forged', async (test) => {
    let now = performance.now();
    test.mock.method(performance, 'now', () => now);
    let isForged = true;
    const step = () => {
      if (isForged) throw new SspiError('SEC_E_LOGON_DENIED', 'the realm does not know the user');
      return { token: Buffer.from('ticket'), done: true };
    };
    const { server, agents } = await start(step, ({ method, token }) =>
      method === 'HEAD' && token === undefined
        ? challenge('Negotiate')
        : answer(200, 'Persistent-Auth: true'),
    );
    await assert.rejects(call(server.origin, agents), {
      code: 'ERR_HTTP_AUTH_REJECTED',
      message: /These agents pause before they try again\.$/,
    });
    isForged = false;
    now += 60_000;
    assert.equal((await call(server.origin, agents)).status, 200);
  });

  for (const status of [200, 403, 500]) {
    it(`of the token reject with ${status}, after a complete context`, async () => {
      const step = () => ({ token: Buffer.from('ticket'), done: true });
      const reject = 'WWW-Authenticate: Negotiate oQcwBaADCgEC';
      const { server, agents } = await start(step, ({ token }) =>
        token === undefined ? challenge('Negotiate') : answer(status, reject),
      );
      for (let count = 0; count < 3; count++) {
        const expected = { code: 'ERR_HTTP_AUTH_REJECTED', status, leg: 1 };
        await assert.rejects(call(server.origin, agents), expected);
      }
      assert.equal(server.tokens.length, 1);
    });
  }
});
