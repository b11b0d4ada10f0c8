import { type Faults, type Field, joined, Reader } from '../bytes/reader.js';
import { TokenBindingError } from '../errors.js';

const FAULTS: Faults = { malformed, below };

/** A Reader whose every failure is ERR_TB_MALFORMED. */
export function readerOf(bytes: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(bytes, FAULTS, onField);
}

function malformed(path: string, offset: number, message: string): Error {
  return new TokenBindingError('ERR_TB_MALFORMED', message, { path, offset });
}

/** The error for a fault in the structure `prefix`. */
export function below(prefix: string, error: unknown): unknown {
  if (!(error instanceof TokenBindingError) || error.path === undefined) return error;
  const { code, message, offset, cause } = error;
  const details = {
    path: joined(prefix, error.path),
    cause,
    ...(offset !== undefined && { offset }),
  };
  return new TokenBindingError(code, joined(prefix, message), details);
}
