import { type Faults, joined } from './reader.js';

/** An error that can say at which field. */
interface Located extends Error {
  readonly code: string;
  readonly path?: string;
  readonly offset?: number;
}

type LocatedClass<E extends Located> = new (
  code: E['code'],
  message: string,
  details: { path?: string; offset?: number; cause?: unknown },
) => E;

/** The faults of a reader as errors of one class; one of malformed bytes has this code. */
export function faultsOf<E extends Located>(ErrorClass: LocatedClass<E>, code: E['code']): Faults {
  return {
    malformed: (path, offset, message) => new ErrorClass(code, message, { path, offset }),
    below(prefix, error) {
      if (!(error instanceof ErrorClass) || error.path === undefined) return error;
      const { message, path, offset, cause } = error;
      const where = { path: joined(prefix, path), ...(offset !== undefined && { offset }) };
      return new ErrorClass(error.code, joined(prefix, message), { ...where, cause });
    },
  };
}
