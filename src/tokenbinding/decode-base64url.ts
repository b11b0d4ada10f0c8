import { invalidArgType } from '../bytes/check.js';
import { copyResult } from '../bytes/result-bytes.js';
import { ERRORS } from './structure-reader.js';

/**
 * Decodes base64url text by the rules of RFC 8473 2: only the alphabet of RFC 4648 5, no padding, no white space,
 * and no bits set after the last byte (RFC 4648 3.5). So each byte string has exactly one text.
 *
 * @param text for example the value of a Sec-Token-Binding header
 * @param name of the text: the `path` of the error and the start of its message
 * @returns a plain Uint8Array; of 0 bytes for an empty text
 * @throws TypeError if `text` is not a string
 * @throws TokenBindingError ERR_TB_MALFORMED; `offset` is the index of the first wrong character
 *
 * @example
 * import { decodeBase64url, encodeBase64url } from 'tokenbinding/wire';
 *
 * const bytes = decodeBase64url('AIkA', 'Sec-Token-Binding');
 * console.log(bytes.length); // 3
 * console.log(encodeBase64url(bytes)); // AIkA
 */
export function decodeBase64url(text: string, name = 'base64url'): Uint8Array {
  if (typeof text !== 'string')
    throw invalidArgType(name, text === undefined ? 'a string: it is missing' : 'a string');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') === text) return copyResult(bytes);

  const foreign = text.search(/[^A-Za-z0-9_-]/);
  if (foreign !== -1) throw malformed(name, foreign, describeForeign(text.charAt(foreign)));
  const last = text.length - 1;
  if (text.length % 4 === 1) throw malformed(name, last, 'has one character too many or too few');
  throw malformed(name, last, 'has bits set after the last whole byte');
}

/** Repeats a character only if it is printable ASCII. */
function describeForeign(character: string): string {
  if (!/[ -~]/.test(character)) return 'has a character outside the base64url alphabet';
  const problem = `has '${character}', a character outside the base64url alphabet`;
  if (character === ',') return `${problem}: two header fields?`;
  if (character === '=') return `${problem}: padding is not allowed`;
  return '+/'.includes(character) ? `${problem}: this is base64, not base64url` : problem;
}

function malformed(path: string, offset: number, problem: string): Error {
  return ERRORS.malformed(path, offset, `${path}: ${problem} (at offset ${offset})`);
}
