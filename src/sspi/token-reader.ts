import { type Field, Reader } from '../bytes/reader.js';
import { type ReaderErrors, readerErrors } from '../bytes/reader-errors.js';
import { SspiError } from './error.js';

const ERRORS: ReaderErrors = readerErrors(SspiError, 'SEC_E_INVALID_TOKEN');

/** A Reader of a token. Everything it rejects is an SspiError SEC_E_INVALID_TOKEN. */
export function tokenReader(token: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(token, ERRORS, onField);
}
