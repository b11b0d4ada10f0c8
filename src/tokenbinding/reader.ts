import { faultsOf } from '../bytes/faults.js';
import { type Faults, type Field, Reader } from '../bytes/reader.js';
import { TokenBindingError } from './error.js';

/** Every failure is ERR_TB_MALFORMED. */
export const FAULTS: Faults = faultsOf(TokenBindingError, 'ERR_TB_MALFORMED');

/** A Reader of Token Binding's structures. */
export function readerOf(bytes: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(bytes, FAULTS, onField);
}
