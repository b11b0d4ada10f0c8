import { applicationTag } from '../../../bytes/read-der.js';
import { SspiError } from '../../../sspi/error.js';
import { isNtlm, MESSAGE_TYPE } from '../../../sspi/ntlm/message.js';
import { decodeNegTokenInit, decodeNegTokenResp } from '../../../sspi/spnego/token.js';

/**
 * Whether a client's token proves something: each one does but a NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1), by itself or in
 * SPNEGO. A token that cannot be decoded counts as a proof. The message begins at its place: an AUTHENTICATE_MESSAGE
 * repeats bytes that the server chose.
 */
export function isProof(token: Uint8Array): boolean {
  return messageTypeOf(token) !== MESSAGE_TYPE.NEGOTIATE_MESSAGE;
}

/** Whether a client's token is an AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3), by itself or in SPNEGO. */
export function isAuthenticateMessage(token: Uint8Array): boolean {
  return messageTypeOf(token) === MESSAGE_TYPE.AUTHENTICATE_MESSAGE;
}

/** Whether a token of SPNEGO rejects the other side (RFC 4178 4.2.2). */
export function isReject(token: Uint8Array): boolean {
  return decodeOrUndefined(() => decodeNegTokenResp(token))?.negState === 'reject';
}

/** The type of a message of NTLM, by itself or in SPNEGO. */
function messageTypeOf(token: Uint8Array): number | undefined {
  const message = isNtlm(token) ? token : mechanismTokenOf(token);
  return message !== undefined && isNtlm(message) ? message[8] : undefined;
}

/** The token of the mechanism in a token of SPNEGO, if it has one. */
function mechanismTokenOf(token: Uint8Array): Uint8Array | undefined {
  return token[0] === applicationTag(0)
    ? decodeOrUndefined(() => decodeNegTokenInit(token))?.mechToken
    : decodeOrUndefined(() => decodeNegTokenResp(token))?.responseToken;
}

function decodeOrUndefined<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SspiError) return undefined;
    throw error;
  }
}
