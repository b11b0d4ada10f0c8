import { decodeHex, MESSAGE_HEADER, TOKEN_HEADER } from '../encoded-text.js';

/** What an input is: `unknown` for something else in the place of a token. */
export type Kind = 'token-binding' | 'ntlm' | 'spnego' | 'unknown';

/** What is shown of an input. */
export interface Inspection {
  readonly lines: readonly string[];
  readonly json: object;
  readonly isDamaged: boolean;
}

/** Tells what an input is by the header it is in, and by its first bytes; a Token Binding message by default. */
export function kindOf(content: string | Uint8Array): Kind {
  if (typeof content !== 'string') return tokenKindOf(content) ?? 'token-binding';
  if (MESSAGE_HEADER.test(content)) return 'token-binding';
  const value = content.replace(TOKEN_HEADER, '');
  const kind = tokenKindOf(decodeHex(value) ?? Buffer.from(value, 'base64'));
  return kind ?? (value === content ? 'token-binding' : 'unknown');
}

/** DER of InitialContextToken (RFC 2743 3.1) and of NegTokenResp (RFC 4178 4.2). */
const SPNEGO_TAGS: readonly unknown[] = [0x60, 0xa1];

function tokenKindOf(bytes: Uint8Array): 'ntlm' | 'spnego' | undefined {
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') === 'NTLMSSP\0') return 'ntlm';
  return SPNEGO_TAGS.includes(bytes[0]) && !isLongMessage(bytes) ? 'spnego' : undefined;
}

/**
 * Whether a TokenBindingMessage is so long that its length begins like DER. Its first tokenbinding_type is a
 * registered one (RFC 8471 3.1), which the octet in its place is in no DER of that length.
 */
function isLongMessage(bytes: Uint8Array): boolean {
  return isWholeMessage(bytes) && (bytes[2] as number) <= 1;
}

/** Whether bytes have the length that a TokenBindingMessage begins with. */
export function isWholeMessage(bytes: Uint8Array): boolean {
  const [high = 0, low = 0] = bytes;
  return bytes.length === 2 + ((high << 8) | low);
}
