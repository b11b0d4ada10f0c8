import { SspiError } from '../error.js';

/** An error about the content of a file, with the path of the file in front. Returns any other error as it is. */
export function withFile(file: string, error: unknown): unknown {
  if (!(error instanceof SspiError)) return error;
  const { code, message, path, offset, cause } = error;
  return new SspiError(code, `${file}: ${message}`, {
    ...(path !== undefined && { path }),
    ...(offset !== undefined && { offset }),
    cause,
  });
}
