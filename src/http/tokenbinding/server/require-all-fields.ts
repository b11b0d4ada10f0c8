import type { AnyRequest } from '../../server/frameworks.js';
import { isHttp2 } from '../../server/is-http2.js';
import { HttpTokenBindingError } from '../error.js';

/** Node's own limit of a request of HTTP/1.1: 1,000 names and their values. */
const NODE_LIMIT = 2000;

/**
 * Refuses a request with so many fields that Node may hide some: a second message, `Early-Data`, or the framing, which
 * Node's parser obeys all the same. HTTP/2 needs no limit: Node resets a stream with too many fields.
 *
 * @throws HttpTokenBindingError ERR_HTTP_TB_TOO_LONG
 */
export function requireAllFields(request: AnyRequest): void {
  if (isHttp2(request)) return;
  const { rawHeaders, socket } = request;
  const limit = limitOf(socket);
  if (limit <= 0 || rawHeaders.length < limit) return;
  const problem = `the request has ${limit / 2} fields or more, and Node may hide some`;
  throw new HttpTokenBindingError('ERR_HTTP_TB_TOO_LONG', problem);
}

function ownOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** As Node computes it. Zero or less: there is none. */
function limitOf(socket: unknown): number {
  const count = ownOf(ownOf(socket, 'server'), 'maxHeadersCount');
  return typeof count === 'number' ? count << 1 : NODE_LIMIT;
}
