import { type Field, Reader } from '../bytes/reader.js';
import { type ReaderErrors, readerErrors } from '../bytes/reader-errors.js';
import { TokenBindingError } from '../errors.js';

/** Every failure is ERR_TB_MALFORMED. */
export const ERRORS: ReaderErrors = readerErrors(TokenBindingError, 'ERR_TB_MALFORMED');

/** A Reader of Token Binding's structures. */
export function readerOf(bytes: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(bytes, ERRORS, onField);
}
