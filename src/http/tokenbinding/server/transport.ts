import type { Http2Stream } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { AnyRequest } from '../../server/frameworks.js';
import { isHttp2 } from '../../server/is-http2.js';
import { HttpTokenBindingError } from '../error.js';

/** The TLS connection that a request came on. */
export interface Transport {
  /** The same object for all requests of the connection, and for no other connection. */
  readonly identity: object;
  /** For HTTP/2 Node's proxy of the socket. */
  readonly socket: TLSSocket;
  /** Whether nobody waits for the answer to this request any more. */
  isClosed(): boolean;
  /** Ends the connection at once. */
  destroy(): void;
}

/** @returns undefined if the connection has no TLS, or is closed */
export function transportOf(request: AnyRequest): Transport | undefined {
  if (isHttp2(request)) return transportOfStream(request.stream);
  const { socket } = request;
  if (!(socket instanceof TLSSocket)) return undefined;
  return {
    identity: socket,
    socket,
    isClosed: () => socket.destroyed,
    destroy: () => socket.destroy(),
  };
}

/** `request.socket` of HTTP/2 is a new object for each request; the session is the connection. */
function transportOfStream(stream: Http2Stream | undefined): Transport | undefined {
  const session = stream?.session;
  if (session === undefined || session.destroyed) return undefined;
  const { socket } = session;
  if (!(socket instanceof TLSSocket)) return undefined;
  return {
    identity: session,
    socket,
    isClosed: () => session.destroyed || stream?.destroyed === true,
    destroy: () => session.destroy(),
  };
}

export function closedConnection(): HttpTokenBindingError {
  return new HttpTokenBindingError('ERR_HTTP_TB_CONNECTION', 'the connection is closed');
}
