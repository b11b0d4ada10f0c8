import type { IncomingMessage } from 'node:http';
import { valuesOf } from '../../server/raw-fields.js';
import { SCHEMES, type Scheme } from '../scheme.js';

/** The credentials of a request (RFC 9110 11.4), as far as they concern Negotiate and NTLM. */
export type Authorization =
  | { readonly kind: 'absent' }
  /** Credentials of a scheme that is not offered. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'token'; readonly scheme: Scheme; readonly token: Uint8Array };

const ABSENT: Authorization = { kind: 'absent' };
const OTHER: Authorization = { kind: 'other' };

/** A scheme, and after spaces what belongs to it (RFC 9110 11.4). */
const CREDENTIALS = /^([\w!#$%&'*+.^`|~-]+)(?: +(\S*))?$/;
/** Base64 with padding (RFC 4559 4.1). */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Every message of NTLM begins with it (MS-NLMP 2.2.1). */
const NTLM_SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** Reads the field Authorization of a request. */
export function readAuthorization(
  request: IncomingMessage,
  offered: readonly Scheme[],
  maxBytes: number,
): Authorization {
  const fields = valuesOf(request.rawHeaders, 'Authorization');
  const [authorization] = fields;
  if (authorization === undefined) return ABSENT;
  if (fields.length > 1)
    return reportMalformed('the request has more than one field Authorization');
  return parseAuthorization(authorization, offered, maxBytes);
}

export function parseAuthorization(
  field: string,
  offered: readonly Scheme[],
  maxBytes: number,
): Authorization {
  const name = /^[^ ,]*/.exec(field)?.[0].toLowerCase();
  const scheme = SCHEMES.find((known) => known.toLowerCase() === name);
  if (scheme === undefined || !offered.includes(scheme)) return OTHER;
  const [, , text = ''] = CREDENTIALS.exec(field) ?? [];
  if (text === '') return reportMalformed('the field Authorization has no token');
  if (text.length > Math.ceil(maxBytes / 3) * 4) {
    return reportMalformed(`the token has more than ${maxBytes} bytes`);
  }
  if (!BASE64.test(text)) return reportMalformed('the token is not base64');
  const token = Buffer.from(text, 'base64');
  if (token.toString('base64') !== text)
    return reportMalformed('the token is not canonical base64');
  if (token.length > maxBytes) return reportMalformed(`the token has more than ${maxBytes} bytes`);
  // A server of Negotiate also accepts SPNEGO, which does not belong to this scheme (MS-NTHT 2.2.1).
  if (scheme === 'NTLM' && !token.subarray(0, NTLM_SIGNATURE.length).equals(NTLM_SIGNATURE)) {
    return reportMalformed('the token of the scheme NTLM is not a message of NTLM');
  }
  return { kind: 'token', scheme, token: new Uint8Array(token) };
}

/** Whether a token cannot be the first of a handshake. */
export function isLaterToken(token: Uint8Array): boolean {
  // The NegTokenResp of SPNEGO (RFC 4178 4.2.2); the first token is an InitialContextToken.
  if (token[0] === 0xa1) return true;
  const { length } = NTLM_SIGNATURE;
  // AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3).
  return NTLM_SIGNATURE.equals(token.subarray(0, length)) && token[length] === 3;
}

function reportMalformed(problem: string): Authorization {
  return { kind: 'malformed', problem };
}
