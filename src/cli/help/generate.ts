import { BINDING_TYPES, KEY_TYPES } from '../../tokenbinding/types.js';
import { EKM_VARIABLE } from '../variables.js';

export const help: string = `Usage: tokenbinding generate --target <url> [options]

Makes a Token Binding message with one binding and prints it as a
Sec-Token-Binding: line.

  --target <url>         an https: or wss: URL; its registrable domain selects
                         the key
  --ekm <ekm>            exported keying material (EKM) of the TLS connection
                         that will carry the message: 64 hex digits, or 43
                         characters of base64url. Other users of this machine
                         may see arguments.
  --ekm-file <path>      a file with the EKM, as such text or as 32 bytes
  --key-type <type>      ${KEY_TYPES.join(', ')}, or anyexisting
                         for any key that exists (default: ${KEY_TYPES[0]})
  --binding-type <type>  ${BINDING_TYPES.join(' or ')} (default: ${BINDING_TYPES[0]})
  --key-store <folder>   use the portable provider, and keep its keys in this
                         folder
  --json                 print the message, its TokenBindingID and tbh as JSON

Without --ekm and --ekm-file, the EKM is that of the environment variable
${EKM_VARIABLE}. Without --key-store, Windows keeps the key; the portable
provider makes a new one each time and discards it.

Examples:
  tokenbinding generate --target https://example.com/ --ekm-file ekm.bin
  tokenbinding generate --target https://example.com/ --ekm-file ekm.bin \\
    --key-store keys --key-type rsa2048_pss --json

Exit code: 0 done, 2 not done.
`;
