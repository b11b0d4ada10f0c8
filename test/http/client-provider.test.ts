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
  it('of a domain controller, which sees the password proved once', async () => {
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
    assert.deepEqual(server.tokens, []);
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
