/** What comes before a TokenBindingMessage in a line of a request. */
export const MESSAGE_HEADER: RegExp = /^\s*Sec-Token-Binding\s*:/i;

/** What comes before a token in a line of a request or an answer, or in its value (RFC 4559, MS-NTHT). */
export const TOKEN_HEADER: RegExp =
  /^\s*(?:(?:(?:Proxy-)?Authorization|(?:WWW|Proxy)-Authenticate)\s*:\s*(?:(?:NTLM|Negotiate)\s+)?|(?:NTLM|Negotiate)\s+)/i;

/** The bytes of hex digits, which white space or colons may separate; undefined for other text. */
export function decodeHex(text: string): Uint8Array | undefined {
  const digits = text.trim().replace(/^0x|[\s:]/gi, '');
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

/** The bytes of base64 or base64url, padded or not; undefined for other text. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/={1,2}$/, '');
  const isBase64 = /^[\w+/-]+$/.test(digits) && digits.length % 4 !== 1;
  return isBase64 ? Buffer.from(digits, 'base64') : undefined;
}
