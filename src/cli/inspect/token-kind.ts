import { hex } from '../output.js';

/** The protocol of a token. */
export type TokenKind = 'ntlm' | 'spnego' | 'kerberos';

/** DER of InitialContextToken (RFC 2743 3.1) and of NegTokenResp (RFC 4178 4.2). */
const INITIAL = 0x60;
const SPNEGO_TAGS: readonly unknown[] = [INITIAL, 0xa1];
/** AS-REQ, AS-REP, TGS-REQ, TGS-REP, AP-REQ, AP-REP and KRB-ERROR (RFC 4120 5.10). */
const KERBEROS_TAGS: readonly unknown[] = [0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x7e];
const SEQUENCE = 0x30;
/** The OID of Kerberos (RFC 4121 2) and Microsoft's (MS-SPNG 3.1.5.2), in hex. */
const KERBEROS_OIDS: readonly string[] = ['06092a864886f712010202', '06092a864882f712010202'];
const OID_LENGTH = 11;

/** Recognizes a token by its first bytes. */
export function tokenKindOf(bytes: Uint8Array): TokenKind | undefined {
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'NTLMSSP\0') return 'ntlm';
  if (isMic(bytes) || isWrap(bytes)) return 'kerberos';
  if (isLongMessage(bytes)) return undefined;
  if (isKerberosMessage(bytes) || isFramedKerberos(bytes)) return 'kerberos';
  return SPNEGO_TAGS.includes(bytes[0]) ? 'spnego' : undefined;
}

/** Whether the bytes are a Kerberos message without the framing of GSS-API. */
export function isKerberosMessage(bytes: Uint8Array): boolean {
  return KERBEROS_TAGS.includes(bytes[0]) && bytes[contentOffset(bytes)] === SEQUENCE;
}

/** Whether the bytes are a Kerberos token in the framing of GSS-API. */
export function isFramedKerberos(bytes: Uint8Array): boolean {
  if (bytes[0] !== INITIAL) return false;
  const start = contentOffset(bytes);
  return KERBEROS_OIDS.includes(hex(bytes.subarray(start, start + OID_LENGTH)));
}

/** Whether the bytes begin as a MIC token: with TOK_ID, flags and the filler (RFC 4121 4.2.6.1). */
export function isMic(bytes: Uint8Array): boolean {
  return bytes[0] === 4 && bytes[1] === 4 && hex(bytes.subarray(3, 8)) === 'ffffffffff';
}

/** Whether the bytes begin as a Wrap token (RFC 4121 4.2.6.2). */
export function isWrap(bytes: Uint8Array): boolean {
  return bytes[0] === 5 && bytes[1] === 4 && bytes[3] === 0xff;
}

/** Where the content of a DER element begins. */
function contentOffset([, length = 0]: Uint8Array): number {
  return length < 0x80 ? 2 : length - 0x80 + 2;
}

/**
 * Whether the bytes are a long TokenBindingMessage, whose length begins with the tag of a token. The next octet is a
 * registered tokenbinding_type (RFC 8471 3.1). In DER of that length it cannot have such a value.
 */
function isLongMessage(bytes: Uint8Array): boolean {
  return isWholeMessage(bytes) && (bytes[2] as number) <= 1;
}

/** Whether bytes have the length that a TokenBindingMessage begins with. */
export function isWholeMessage(bytes: Uint8Array): boolean {
  const [high = 0, low = 0] = bytes;
  return bytes.length === 2 + ((high << 8) | low);
}
