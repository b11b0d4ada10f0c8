import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Sspi, SspiError } from '../../src/sspi.js';
import { agentsFor, call } from './support/client-calls.js';
import { challenge, RawServer } from './support/client-raw-server.js';
import { sspi } from './support/client-server.js';

it('a password that a domain controller rejects is proved to it once', async (t) => {
  let steps = 0;
  const own = {
    querySecurityPackageInfo: (name: string) => sspi.querySecurityPackageInfo(name),
    acquireCredentialsHandle: sspi.acquireCredentialsHandle.bind(sspi),
    initializeSecurityContext: () => ({
      step: async () => {
        steps++;
        throw new SspiError('SEC_E_LOGON_DENIED', 'the password is wrong');
      },
      close: () => {},
    }),
  };
  const server = await RawServer.open(() => challenge('Negotiate'));
  const agents = agentsFor(server.origin, { sspi: own as unknown as Sspi, package: 'Negotiate' });
  t.after(() => {
    agents.close();
    server.close();
  });
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
