import { type Field, Reader } from '../bytes/reader.js';
import { type ReaderErrors, readerErrors } from '../bytes/reader-errors.js';
import { TokenBindingError } from './error.js';

/** Errors with the code ERR_TB_MALFORMED. */
export const ERRORS: ReaderErrors = readerErrors(TokenBindingError, 'ERR_TB_MALFORMED');

/** A reader of the structures of RFC 8471 and RFC 8472, with {@link ERRORS}. */
export function readerOf(bytes: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(bytes, ERRORS, onField);
}
