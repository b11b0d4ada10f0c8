import { openSspi } from '../../src/sspi.js';
import { describeSspi } from '../sspi/provider/suites.js';

// Wine's SSPI, whose NTLM is a client alone.
describeSspi({
  name: "windows, over Wine's secur32.dll",
  open: () => openSspi({ provider: 'windows' }),
  inbound: (sspi) => sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'inbound' }),
  packages: ['NTLM', 'Negotiate'],
  // As everybody but us, Wine counts a message that it has refused.
  staysInStep: false,
  // Wine's VerifySignature compares bytes 8 to 15 alone. Each bit takes a handshake of its own.
  signatureBits: Array.from({ length: 16 }, (_, index) => 64 + 4 * index + (index & 3)),
  tellsKeys: false,
});
