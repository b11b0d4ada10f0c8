/** Makes the errors of a reader. */
export interface ReaderErrors {
  /** The error for the field at `path`; `message` begins with the path. */
  malformed(path: string, offset: number, message: string): Error;
  /**
   * An error of {@link malformed} with the path of the enclosing structure put before its own. A field knows
   * only its own name, so each structure adds its name as the error leaves it. Returns any other error as it is.
   */
  withPrefix(prefix: string, error: unknown): unknown;
}

/** An error that can name the field it is about. */
interface FieldError extends Error {
  readonly code: string;
  readonly path?: string;
  readonly offset?: number;
}

type FieldErrorClass<E extends FieldError> = new (
  code: E['code'],
  message: string,
  details: { path?: string; offset?: number; cause?: unknown },
) => E;

/** The errors of a reader as instances of one class; those for malformed bytes have this code. */
export function readerErrors<E extends FieldError>(
  ErrorClass: FieldErrorClass<E>,
  code: E['code'],
): ReaderErrors {
  return {
    malformed: (path, offset, message) => new ErrorClass(code, message, { path, offset }),
    withPrefix(prefix, error) {
      if (!(error instanceof ErrorClass) || error.path === undefined) return error;
      const { message, path, offset, cause } = error;
      const where = { path: joinPath(prefix, path), ...(offset !== undefined && { offset }) };
      return new ErrorClass(error.code, joinPath(prefix, message), { ...where, cause });
    },
  };
}

/**
 * The path of a field inside the structure `prefix`, or a message that begins with such a path. An error about
 * the structure itself has an empty path, so its message begins with the colon.
 */
export function joinPath(prefix: string, path: string): string {
  if (prefix === '') return path;
  return path === '' || path.startsWith(':') ? prefix + path : `${prefix}.${path}`;
}
