import type { IncomingMessage } from 'node:http';
import { constants, Http2ServerRequest, type Http2ServerResponse } from 'node:http2';

/** Whether Node parsed it as HTTP/2. The version of a request proves nothing: HTTP/1.1 can carry `GET / HTTP/2.0`. */
export function isHttp2(request: IncomingMessage | Http2ServerRequest): boolean {
  return request instanceof Http2ServerRequest;
}

/** RFC 9113 7: the client sends the request again with HTTP/1.1. */
export function refuseHttp2({ stream }: Http2ServerResponse): void {
  stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED);
}
