import { HttpTokenBindingError } from '../error.js';

/** Fields that only a reverse proxy may add, from another peer, or other ones than it should add. */
export function wrongFields(problem: string): HttpTokenBindingError {
  return new HttpTokenBindingError('ERR_HTTP_TB_PROXY', problem);
}
