import { secretBytes } from '../secret.js';

/** UTF-16LE, as NTLM writes every string and hashes a password; a lone surrogate stays what it is. */
export function utf16(text: string): Uint8Array {
  const bytes = secretBytes(2 * text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[2 * index] = unit;
    bytes[2 * index + 1] = unit >>> 8;
  }
  return bytes;
}

/** The text of an even number of bytes of UTF-16LE. */
export function fromUtf16(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le');
}

/**
 * Upper case as Windows makes it (RtlUpcaseUnicodeString): each UTF-16 unit by itself, to one other unit
 * that has it for its lower case. So the sharp s, the dotless i, the micro sign and characters beyond the
 * BMP stay as they are; only the final sigma becomes a letter that is another's.
 */
export function upperCase(text: string): string {
  let upper = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charAt(index);
    const mapped = unit.toUpperCase();
    upper += mapped.toLowerCase() === unit || unit === 'ς' ? mapped : unit;
  }
  return upper;
}
