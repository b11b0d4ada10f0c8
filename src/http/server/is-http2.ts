import type { Http2ServerRequest } from 'node:http2';
import type { AnyRequest } from './frameworks.js';

/**
 * Whether Node parsed it as HTTP/2. The version of a request proves nothing: HTTP/1.1 can carry `GET / HTTP/2.0`.
 * Loading node:http2 takes as long as loading all of `src/http/`, so only a request that has a stream loads it.
 */
export function isHttp2(request: AnyRequest): request is Http2ServerRequest {
  if (!('stream' in request)) return false;
  return request instanceof process.getBuiltinModule('node:http2').Http2ServerRequest;
}
