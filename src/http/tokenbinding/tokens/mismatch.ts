import { HttpTokenBindingError } from '../error.js';

/** A token that is not bound to the key of the request, or is not valid. */
export function mismatch(problem: string): HttpTokenBindingError {
  return new HttpTokenBindingError('ERR_HTTP_TB_MISMATCH', problem);
}
