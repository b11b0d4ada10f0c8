import { faultsOf } from '../bytes/faults.js';
import { type Faults, type Field, Reader } from '../bytes/reader.js';
import { SspiError } from './error.js';

const FAULTS: Faults = faultsOf(SspiError, 'SEC_E_INVALID_TOKEN');

/** A Reader whose every failure is SEC_E_INVALID_TOKEN. */
export function tokenReader(token: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(token, FAULTS, onField);
}
