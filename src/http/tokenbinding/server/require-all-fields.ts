import type { AnyRequest } from '../../server/frameworks.js';
import { isHttp2 } from '../../server/is-http2.js';
import { mayHideFields } from '../../server/raw-fields.js';
import { HttpTokenBindingError } from '../error.js';

/**
 * Refuses a request with so many fields that Node may hide some: a second message, `Early-Data`, or the framing, which
 * Node's parser obeys all the same. HTTP/2 needs no limit: Node resets a stream with too many fields.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_TOO_LONG
 */
export function requireAllFields(request: AnyRequest): void {
  if (isHttp2(request) || !mayHideFields(request)) return;
  const problem = `the request has ${request.rawHeaders.length / 2} fields, and Node may hide others`;
  throw new HttpTokenBindingError('ERR_HTTP_TB_TOO_LONG', problem);
}
