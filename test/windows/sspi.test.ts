import { openSspi } from '../../src/sspi.js';
import { describeSspi } from '../sspi/provider/suites.js';

// Wine's SSPI. Its NTLM has only a client.
describeSspi({
  name: "windows, over Wine's secur32.dll",
  open: () => openSspi({ provider: 'windows' }),
  inbound: (sspi) => sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'inbound' }),
  packages: ['NTLM', 'Negotiate'],
  // Wine counts rejected messages, as every other implementation does.
  staysInStep: false,
  // Wine's VerifySignature compares only bytes 8 to 15. Each bit needs a new handshake.
  signatureBits: Array.from({ length: 16 }, (_, index) => 64 + 4 * index + (index & 3)),
  tellsKeys: false,
});
