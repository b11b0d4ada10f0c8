import type { OnItsWay } from './stage.js';

/** The three messages of NTLM, by the numbers that they have (MS-NLMP 2.2.1). */
export const NTLM_MESSAGES = { NEGOTIATE: 1, CHALLENGE: 2, AUTHENTICATE: 3 } as const;

export type NtlmMessage = keyof typeof NTLM_MESSAGES;

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** Whether a token begins as those of GSS-API do (RFC 2743 3.1), and NTLM's alone do not. */
export function hasSpnego(token: Uint8Array): boolean {
  return token[0] === 0x60;
}

/** Where the NTLM message of a token begins, bare or in SPNEGO; undefined without one of that kind. */
export function placeOf(message: NtlmMessage, token: Uint8Array): number | undefined {
  const bytes = Buffer.from(token.buffer, token.byteOffset, token.length);
  const place = bytes.indexOf(SIGNATURE);
  const isThat = place !== -1 && bytes.readUInt32LE(place + 8) === NTLM_MESSAGES[message];
  return isThat ? place : undefined;
}

/**
 * Changes bytes of one message of a handshake, whose length stays. A handshake without that message, or in
 * which nothing was changed, is no handshake that was interfered with.
 */
export function changing(message: NtlmMessage, change: (ntlm: Buffer) => void): OnItsWay {
  return replacing(message, (token, place) => {
    const copy = Buffer.from(token);
    change(copy.subarray(place));
    if (copy.equals(token)) throw new Error(`there is nothing to change in the ${message} message`);
    return copy;
  });
}

/** Has another token in place of that with one message. */
export function replacing(
  message: NtlmMessage,
  change: (token: Uint8Array, place: number) => Uint8Array,
): OnItsWay {
  return (token) => {
    const place = placeOf(message, token);
    return place === undefined ? token : new Uint8Array(change(token, place));
  };
}

/** Changes a byte of what a field of a message points to: its length, twice, and its offset are at `field`. */
export function inPayload(field: number, index = 0): (ntlm: Buffer) => void {
  return (ntlm) => {
    const offset = ntlm.readUInt32LE(field + 4) + index;
    ntlm[offset] = (ntlm[offset] ?? 0) ^ 1;
  };
}
