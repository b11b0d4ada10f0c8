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

/** Whether a text is the same bytes in every OEM code page: it has no character above 0x7f. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** The text of single bytes; undefined above 0x7f, where it depends on a code page. */
export function fromOem(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return isAscii(text) ? text : undefined;
}

/**
 * Upper case as Windows' tables have it (RtlUpcaseUnicodeString), as far as others have written them down:
 * each UTF-16 unit by itself, to one other unit that has it for its lower case. So the sharp s, the dotless i,
 * the micro sign and characters beyond the BMP stay as they are, and so do letters whose capitals came to
 * Unicode later, the Georgian and Cherokee ones.
 */
export function upperCase(text: string): string {
  let upper = '';
  for (let index = 0; index < text.length; index++) upper += upperUnit(text.charAt(index));
  return upper;
}

const UNCHANGED = /[\u10d0-\u10ff\u13f8-\u13fd\uab70-\uabbf]/;
/** Greek letters with a iota below, whose one capital has it beside: Unicode's title case. */
const WITH_IOTA = /[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/;
const MORE_WITH_IOTA = /[\u1fb3\u1fc3\u1ff3]/;

function upperUnit(unit: string): string {
  if (UNCHANGED.test(unit)) return unit;
  if (WITH_IOTA.test(unit)) return String.fromCharCode(unit.charCodeAt(0) + 8);
  if (MORE_WITH_IOTA.test(unit)) return String.fromCharCode(unit.charCodeAt(0) + 9);
  const mapped = unit.toUpperCase();
  return mapped.toLowerCase() === unit || unit === 'ς' ? mapped : unit;
}
