import type { Tamper } from './exchange.js';

/** The messages of NTLM by their types (MS-NLMP 2.2.1). */
export const NTLM_MESSAGES = { NEGOTIATE: 1, CHALLENGE: 2, AUTHENTICATE: 3 } as const;

export type NtlmMessage = keyof typeof NTLM_MESSAGES;

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** Whether a token begins with the tag of GSS-API (RFC 2743 3.1), which a bare NTLM token lacks. */
export function isSpnego(token: Uint8Array): boolean {
  return token[0] === 0x60;
}

/** The offset of an NTLM message in a token, bare or in SPNEGO; undefined if the token has none of that type. */
export function findMessage(message: NtlmMessage, token: Uint8Array): number | undefined {
  const bytes = Buffer.from(token.buffer, token.byteOffset, token.length);
  const offset = bytes.indexOf(SIGNATURE);
  const isFound = offset !== -1 && bytes.readUInt32LE(offset + 8) === NTLM_MESSAGES[message];
  return isFound ? offset : undefined;
}

/** Changes bytes of one message in place. It fails if it changes nothing: the case would test nothing. */
export function changeMessage(message: NtlmMessage, change: (ntlm: Buffer) => void): Tamper {
  return replaceToken(message, (token, offset) => {
    const copy = Buffer.from(token);
    change(copy.subarray(offset));
    if (copy.equals(token)) throw new Error(`the ${message} message has nothing to change`);
    return copy;
  });
}

/** Replaces the token that contains a message. */
export function replaceToken(
  message: NtlmMessage,
  replace: (token: Uint8Array, offset: number) => Uint8Array,
): Tamper {
  return (token) => {
    const offset = findMessage(message, token);
    return offset === undefined ? token : new Uint8Array(replace(token, offset));
  };
}

/**
 * Changes a byte of the payload of a field.
 *
 * @param field the offset of the field, which has its length twice and then the offset of its payload
 */
export function changePayload(field: number, index = 0): (ntlm: Buffer) => void {
  return (ntlm) => {
    const offset = ntlm.readUInt32LE(field + 4) + index;
    ntlm[offset] = (ntlm[offset] ?? 0) ^ 1;
  };
}
