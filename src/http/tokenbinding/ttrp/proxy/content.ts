import type { ClientRequest } from 'node:http';
import { outOfRange } from '../../../../bytes/check.js';
import type { AnyRequest } from '../../../server/frameworks.js';
import { isHttp2 } from '../../../server/is-http2.js';
import { closedConnection } from '../../server/transport.js';

/** @throws RangeError if somebody has read the content or changes it */
export function requireUnread(request: AnyRequest): void {
  if (request.readableDidRead || request.readableEncoding !== null) {
    throw outOfRange('request', 'a request whose content nobody has read');
  }
}

/**
 * Sends the content of a request. The outgoing request ends only if the client has sent its content completely; otherwise
 * it is destroyed, so that the backend sees no complete request. `pipe()` alone ends it also if a stream of HTTP/2 is reset.
 */
export function sendContent(request: AnyRequest, outgoing: ClientRequest): void {
  const finish = () => {
    if (outgoing.writableEnded) return;
    if (isComplete(request)) outgoing.end();
    else outgoing.destroy(closedConnection());
  };
  if (request.readableEnded || isGone(request)) {
    finish();
    return;
  }
  request.once('end', finish);
  request.once('close', finish);
  request.pipe(outgoing, { end: false });
}

/** Whether its content has ended because the client has ended it. */
function isComplete(request: AnyRequest): boolean {
  return request.readableEnded && (isHttp2(request) || request.complete) && !isGone(request);
}

/** Whether the client can get no answer any more. */
export function isGone(request: AnyRequest): boolean {
  if (!isHttp2(request)) return request.socket.destroyed;
  return request.stream.closed || request.stream.destroyed;
}
