import { decodeApRep } from '../../../../sspi/kerberos/messages/ap-reply.js';
import { decodeApReq } from '../../../../sspi/kerberos/messages/ap-request.js';
import { decodeGssToken } from '../../../../sspi/kerberos/messages/gss-token.js';
import type { Tamper } from '../../exchange.js';

/** The tokens of a handshake with mutual authentication by their order. */
export const KERBEROS_TOKENS = { 'AP-REQ': 0, 'AP-REP': 1 } as const;

export type KerberosToken = keyof typeof KERBEROS_TOKENS;

/** The encrypted parts of the tokens. */
export const ENCRYPTED_PARTS = ['ticket', 'authenticator', 'reply'] as const;

export type EncryptedPart = (typeof ENCRYPTED_PARTS)[number];

/** The token that has a part. */
export const TOKEN_OF: Readonly<Record<EncryptedPart, KerberosToken>> = {
  ticket: 'AP-REQ',
  authenticator: 'AP-REQ',
  reply: 'AP-REP',
};

/** Finds the ciphertext of a part in a message of Kerberos, as a view. */
const FIND: Readonly<Record<EncryptedPart, (message: Uint8Array) => Uint8Array>> = {
  ticket: (message) => decodeApReq(message).ticket.encPart.cipher,
  authenticator: (message) => decodeApReq(message).authenticator.cipher,
  reply: (message) => decodeApRep(message).cipher,
};

/** The clause of the check of each token. */
export const CHECK_OF: Readonly<Record<KerberosToken, string>> = {
  'AP-REQ': 'RFC 4120 3.2.3',
  'AP-REP': 'RFC 4120 3.2.5',
};

export function replaceKerberosToken(
  name: KerberosToken,
  replace: (token: Uint8Array) => Uint8Array,
): Tamper {
  return (token, index) =>
    index === KERBEROS_TOKENS[name] ? new Uint8Array(replace(token)) : token;
}

/** Changes the ciphertext of a part in place. It fails if it changes nothing: the case would test nothing. */
export function changePart(part: EncryptedPart, change: (cipher: Buffer) => void): Tamper {
  return replaceKerberosToken(TOKEN_OF[part], (token) => {
    const copy = new Uint8Array(token);
    const { buffer, byteOffset, length } = FIND[part](decodeGssToken(copy).message);
    change(Buffer.from(buffer, byteOffset, length));
    if (Buffer.compare(copy, token) === 0) throw new Error(`the ${part} has nothing to change`);
    return copy;
  });
}
