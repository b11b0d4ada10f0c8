import { isNamed, valuesOf } from '../server/raw-fields.js';
import { HttpTokenBindingError } from './error.js';

/** The longest field. Five RSA bindings without extensions have 3,507 characters. */
const MAX_FIELD = 8192;

/**
 * The value of a field that a request must not have twice; undefined if there is none.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_REPEATED, ERR_HTTP_TB_TOO_LONG
 */
export function readField(rawHeaders: readonly string[], field: string): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!isNamed(rawHeaders[index] as string, field)) continue;
    if (value !== undefined) {
      const problem = `the request has more than one field ${field}`;
      throw new HttpTokenBindingError('ERR_HTTP_TB_REPEATED', problem);
    }
    value = rawHeaders[index + 1];
  }
  return checkLength(field, value);
}

/**
 * {@link readField} for a field whose value is a list: a proxy may send it as several fields (RFC 9110 5.2).
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_TOO_LONG
 */
export function readListField(rawHeaders: readonly string[], field: string): string | undefined {
  const values = valuesOf(rawHeaders, field);
  return checkLength(field, values.length === 0 ? undefined : values.join(','));
}

function checkLength(field: string, value: string | undefined): string | undefined {
  if (value === undefined || value.length <= MAX_FIELD) return value;
  const problem = `the field ${field} has more than ${MAX_FIELD} characters`;
  throw new HttpTokenBindingError('ERR_HTTP_TB_TOO_LONG', problem);
}
