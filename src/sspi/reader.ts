import { type Faults, type Field, joined, Reader } from '../bytes/reader.js';
import { SspiError } from '../errors.js';

const FAULTS: Faults = { malformed, below };

/** A Reader whose every failure is SEC_E_INVALID_TOKEN. */
export function tokenReader(token: Uint8Array, onField?: (field: Field) => void): Reader {
  return new Reader(token, FAULTS, onField);
}

function malformed(path: string, offset: number, message: string): Error {
  return new SspiError('SEC_E_INVALID_TOKEN', message, { path, offset });
}

function below(prefix: string, error: unknown): unknown {
  if (!(error instanceof SspiError) || error.path === undefined) return error;
  const { code, message, path, offset, cause } = error;
  const details = { path: joined(prefix, path), cause, ...(offset !== undefined && { offset }) };
  return new SspiError(code, joined(prefix, message), details);
}
