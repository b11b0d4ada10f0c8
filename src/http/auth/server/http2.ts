import type { Http2ServerResponse } from 'node:http2';

/** HTTP_1_1_REQUIRED (RFC 9113 7): the client sends the request again with HTTP/1.1. */
const HTTP_1_1_REQUIRED = 0x0d;

export function refuseHttp2({ stream }: Http2ServerResponse): void {
  stream.close(HTTP_1_1_REQUIRED);
}
