import { applicationTag } from '../../../bytes/read-der.js';
import { SspiError } from '../../../sspi/error.js';
import { isNtlm, MESSAGE_TYPE } from '../../../sspi/ntlm/message.js';
import { decodeNegTokenInit, decodeNegTokenResp } from '../../../sspi/spnego/token.js';

/**
 * Whether a client's token proves nothing yet: a NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1), by itself or in SPNEGO. A token
 * that cannot be decoded counts as a proof. The message begins at its place: an AUTHENTICATE_MESSAGE repeats bytes
 * that the server chose.
 */
export function isNegotiateMessage(token: Uint8Array): boolean {
  const message = isNtlm(token) ? token : mechanismTokenOf(token);
  return message !== undefined && isNtlm(message) && message[8] === MESSAGE_TYPE.NEGOTIATE_MESSAGE;
}

/** The token of the mechanism in a token of SPNEGO, if it has one. */
function mechanismTokenOf(token: Uint8Array): Uint8Array | undefined {
  try {
    return token[0] === applicationTag(0)
      ? decodeNegTokenInit(token).mechToken
      : decodeNegTokenResp(token).responseToken;
  } catch (error) {
    if (error instanceof SspiError) return undefined;
    throw error;
  }
}
