import { decodeHex, MESSAGE_HEADER, OTHER_SCHEME, TOKEN_HEADER } from '../encoded-text.js';
import { type TokenKind, tokenKindOf } from './token-kind.js';

/** The kind of an input. `unknown`: a header of a token with something else in it. */
export type Kind = 'token-binding' | TokenKind | 'unknown';

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

/** Whether a text is a header that has no message and no token. A single letter is a drive of Windows. */
export function isOtherHeader(content: string | Uint8Array): boolean {
  if (typeof content !== 'string' || decodeHex(content) !== undefined) return false;
  if (OTHER_SCHEME.test(content)) return true;
  if (MESSAGE_HEADER.test(content) || TOKEN_HEADER.test(content)) return false;
  return /^\s*[A-Za-z][\w-]+\s*:(?!\/\/)/.test(content);
}
