import { KEY_TYPES } from '../../tokenbinding/types.js';
import { EKM_VARIABLE } from '../variables.js';

export const help: string = `Usage: tokenbinding verify --key-type <type> [options] <message>

Verifies a Token Binding message (RFC 8471 4.2) and lists its bindings.

  <message>          base64url or hex, alone or as a Sec-Token-Binding: line.
                     @<path> reads a file with such text or with the bytes
                     themselves, - reads the same from standard input. No other
                     text is taken for the name of a file.
  --file <path>      same as @<path>
  --key-type <type>  the negotiated key type:
                     ${KEY_TYPES.join(', ')}
  --ekm <ekm>        exported keying material (EKM) of the TLS connection that
                     carried the message: 64 hex digits, or 43 characters of
                     base64url. Other users of this machine may see arguments.
  --ekm-file <path>  a file with the EKM, as such text or as 32 bytes
  --json             print JSON

Without --ekm and --ekm-file, the EKM is that of the environment variable
${EKM_VARIABLE}.

Examples:
  tokenbinding verify --key-type ecdsap256 --ekm-file ekm.bin @message.txt
  ${EKM_VARIABLE}=<ekm> tokenbinding verify --key-type ecdsap256 <message>

Exit code: 0 verified, 1 refused, 2 not done.
`;
