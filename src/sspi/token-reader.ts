import { faultsOf } from '../bytes/faults.js';
import { type Faults, type Field, Reader } from '../bytes/reader.js';
import { SspiError } from '../errors.js';

const FAULTS: Faults = faultsOf(SspiError, 'SEC_E_INVALID_TOKEN');

/** A Reader of a token. Everything it rejects is an SspiError SEC_E_INVALID_TOKEN. */
export function tokenReader(token: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(token, FAULTS, onField);
}
