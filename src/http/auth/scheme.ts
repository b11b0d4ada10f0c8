/** The authentication schemes whose tokens come from SSPI (RFC 4559; MS-NTHT), as they are written in fields. */
export const SCHEMES = ['Negotiate', 'NTLM'] as const;

/** An authentication scheme. */
export type Scheme = (typeof SCHEMES)[number];

/** A token in the form of a field value: `NTLM TlRMTVNTUAAB...`. Without a token, the scheme alone. */
export function encodeToken(scheme: Scheme, token: Uint8Array): string {
  if (token.length === 0) return scheme;
  const base64 = Buffer.from(token.buffer, token.byteOffset, token.length).toString('base64');
  return `${scheme} ${base64}`;
}
