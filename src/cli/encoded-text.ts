/** The start of a header line with a TokenBindingMessage. */
export const MESSAGE_HEADER: RegExp = /^\s*Sec-Token-Binding\s*:/i;

/** The start of a header line with a token, or of the header's value (RFC 4559, MS-NTHT). */
export const TOKEN_HEADER: RegExp =
  /^\s*(?:(?:(?:Proxy-)?Authorization|(?:WWW|Proxy)-Authenticate)\s*:\s*(?:(?:NTLM|Negotiate)\s+)?|(?:NTLM|Negotiate)\s+)/i;

/** The start of the value of a header with another scheme (RFC 7617, RFC 6750, RFC 7616). */
export const OTHER_SCHEME: RegExp =
  /^\s*(?:(?:(?:Proxy-)?Authorization|(?:WWW|Proxy)-Authenticate)\s*:\s*)?(?:Basic|Bearer|Digest)[ \t]/i;

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
