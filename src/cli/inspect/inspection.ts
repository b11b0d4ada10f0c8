import { decodeHex, MESSAGE_HEADER, TOKEN_HEADER } from '../encoded-text.js';

/** The kind of an input. `unknown`: a header of a token with something else in it. */
export type Kind = 'token-binding' | 'ntlm' | 'spnego' | 'unknown';

/** The output for an input. */
export interface Inspection {
  readonly lines: readonly string[];
  readonly json: object;
  readonly isDamaged: boolean;
}

/** Recognizes an input by its header and its first bytes. The default is a Token Binding message. */
export function kindOf(content: string | Uint8Array): Kind {
  if (typeof content !== 'string') return tokenKindOf(content) ?? 'token-binding';
  if (MESSAGE_HEADER.test(content)) return 'token-binding';
  const value = content.replace(TOKEN_HEADER, '');
  const kind = tokenKindOf(decodeHex(value) ?? Buffer.from(value, 'base64'));
  return kind ?? (value === content ? 'token-binding' : 'unknown');
}

/** Whether a text is a header line that has no message and no token. A single letter is a drive of Windows. */
export function isOtherHeader(content: string | Uint8Array): boolean {
  if (typeof content !== 'string' || decodeHex(content) !== undefined) return false;
  if (MESSAGE_HEADER.test(content) || TOKEN_HEADER.test(content)) return false;
  return /^\s*[A-Za-z][\w-]+\s*:(?!\/\/)/.test(content);
}

/** DER of InitialContextToken (RFC 2743 3.1) and of NegTokenResp (RFC 4178 4.2). */
const SPNEGO_TAGS: readonly unknown[] = [0x60, 0xa1];

function tokenKindOf(bytes: Uint8Array): 'ntlm' | 'spnego' | undefined {
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'NTLMSSP\0') return 'ntlm';
  return SPNEGO_TAGS.includes(bytes[0]) && !isLongMessage(bytes) ? 'spnego' : undefined;
}

/**
 * Whether the bytes are a long TokenBindingMessage, whose length begins with a tag of SPNEGO. The next octet is a
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
