import { TokenBindingError } from '../errors.js';
import { copyResult } from './result-bytes.js';

/**
 * Decodes base64url as RFC 8473 2 wants it: RFC 4648 5 alphabet, no padding, no white space or any
 * other character, and the one canonical text for the bytes (unused bits are zero, RFC 4648 3.5).
 *
 * @param name what the text is, for the error's `path`
 * @throws TokenBindingError ERR_TB_MALFORMED with the offset of the first character at fault
 */
export function decodeBase64url(text: string, name: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') === text) return copyResult(bytes);

  const foreign = text.search(/[^A-Za-z0-9_-]/);
  if (foreign !== -1) {
    throw malformed(name, foreign, 'has a character that is not of the base64url alphabet');
  }
  if (text.length % 4 === 1) {
    throw malformed(name, text.length - 1, 'has a length that no base64url text has');
  }
  throw malformed(name, text.length - 1, 'has bits set after the last whole byte');
}

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

function malformed(path: string, offset: number, problem: string): TokenBindingError {
  const message = `${path}: ${problem} (at offset ${offset})`;
  return new TokenBindingError('ERR_TB_MALFORMED', message, { path, offset });
}
