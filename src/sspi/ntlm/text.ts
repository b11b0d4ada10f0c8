/** Whether a text has no character above 0x7f: it is then the same in every OEM code page. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Decodes OEM bytes. Undefined for a byte above 0x7f, which depends on the code page. */
export function fromOem(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return isAscii(text) ? text : undefined;
}

/**
 * Upper case as in Windows' tables (RtlUpcaseUnicodeString), as far as they are publicly known. Each UTF-16 unit
 * maps to one unit whose lower case it is. The sharp s, the dotless i, the micro sign and characters beyond the BMP
 * are unchanged, and so are Georgian and Cherokee letters, whose capitals are younger than the tables.
 */
export function upperCase(text: string): string {
  let upper = '';
  for (let index = 0; index < text.length; index++) upper += upperUnit(text.charAt(index));
  return upper;
}

const UNCHANGED = /[\u10d0-\u10ff\u13f8-\u13fd\uab70-\uabbf]/;
/** Greek letters with iota subscript. They map to Unicode's title case, a single unit. */
const WITH_IOTA = /[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/;
const MORE_WITH_IOTA = /[\u1fb3\u1fc3\u1ff3]/;

function upperUnit(unit: string): string {
  if (UNCHANGED.test(unit)) return unit;
  if (WITH_IOTA.test(unit)) return String.fromCharCode(unit.charCodeAt(0) + 8);
  if (MORE_WITH_IOTA.test(unit)) return String.fromCharCode(unit.charCodeAt(0) + 9);
  const mapped = unit.toUpperCase();
  return mapped.toLowerCase() === unit || unit === 'ς' ? mapped : unit;
}
