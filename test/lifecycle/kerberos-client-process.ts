// Logs on, begins a handshake, and closes it when its parent says so, while the KDC is silent. Nothing may keep the process
// alive then.
import { openSspi } from '../../src/sspi.js';
import { PATIENT } from '../support/patience.js';
import { IDENTITY, TARGET } from '../support/test-kdc.js';

const [configFile, closes] = process.argv.slice(2) as [string, 'context' | 'credentials'];
const sspi = openSspi({ provider: 'portable' });
const credentials = await sspi.acquireCredentialsHandle({
  package: 'Kerberos',
  use: 'outbound',
  identity: IDENTITY,
  kerberos: { configFile, timeout: PATIENT },
});
const context = sspi.initializeSecurityContext(credentials, { target: TARGET });
const step = context.step();
process.once('message', () => {
  process.disconnect();
  (closes === 'context' ? context : credentials).close();
});
step.catch((error) => console.log(error.code));
