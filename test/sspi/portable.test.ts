import { openSspi } from '../../src/sspi.js';
import { ACCOUNTS } from '../support/sspi.js';
import { describeSspi } from './provider/suites.js';

describeSspi({
  name: 'portable',
  open: () => openSspi({ provider: 'portable' }),
  inbound: (sspi) =>
    sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'inbound', accounts: ACCOUNTS }),
  packages: ['NTLM', 'Negotiate'],
  staysInStep: true,
  signatureBits: Array.from({ length: 128 }, (_, bit) => bit),
  tellsKeys: true,
});
