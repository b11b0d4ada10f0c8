import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { exchange } from '../../connection/exchange.js';
import { type Answer, ExchangeError } from '../../connection/response-reader.js';
import type { HttpAuthErrorDetails } from '../error.js';
import { closedError, toHttpAuthError } from './failure.js';
import { ORIGIN, type Peer, PROXY } from './peer.js';

/**
 * Sends a request without a body, and returns the answer.
 *
 * @param authorization the value of the field for the client's tokens
 * @param details of an error, besides the peer and the status
 */
export type Send = (authorization?: string, details?: HttpAuthErrorDetails) => Promise<Answer>;

/** A connection to a peer that a handshake can use. */
export interface Channel {
  readonly send: Send;
  /** Throws if the connection is closed, or if nobody waits for it any more. */
  readonly throwIfEnded: () => void;
  /** Whether an answer with this status to the last token shows that the peer accepted it. */
  readonly isAcceptance: (status: number) => boolean;
  /** The channel bindings of this connection. Called in a handshake only. */
  readonly channelBindings: () => Uint8Array | undefined;
}

/** The requests of a handshake: the same one each time, except for its token. */
export interface ChannelRequest {
  readonly peer: Peer;
  readonly method: string;
  /** The request target (RFC 9112 3.2). */
  readonly target: string;
  /** The value of the field Host. */
  readonly host: string;
}

/** The longest body in bytes that is read, so that its connection can be used again. */
const MAX_BODY = 65_536;

/** Statuses of clients that are known: Forbidden, Not Found, Method Not Allowed (RFC 9110 15.5). */
const ACCEPTANCES: readonly number[] = [403, 404, 405];

export function openChannel(
  socket: Socket,
  signal: AbortSignal,
  request: ChannelRequest,
  channelBindings: () => Uint8Array | undefined = () => undefined,
): Channel {
  const { peer, method, target, host } = request;
  const base = { Host: host, Connection: 'keep-alive' };
  // RFC 9110 8.6: a request whose method has a body says that it has none. CONNECT, GET and HEAD have none.
  const fields = method === 'OPTIONS' ? { ...base, 'Content-Length': '0' } : base;
  const send: Send = async (authorization, details = {}) => {
    const own = authorization === undefined ? {} : { [peer.authorization]: authorization };
    try {
      const asked = { method, target, fields: { ...fields, ...own } };
      return await exchange(socket, asked, { signal, maxBody: MAX_BODY });
    } catch (error) {
      const known = { ...details, peer: peer.kind };
      const isFirstWithoutTls = authorization === undefined && !(socket instanceof TLSSocket);
      if (isFirstWithoutTls && isEndBeforeAnswer(error)) {
        throw closedError(`${error.message}: does this port speak https?`, known);
      }
      throw toHttpAuthError(error, known);
    }
  };
  const throwIfEnded = () => {
    signal.throwIfAborted();
    if (socket.destroyed) throw closedError('the connection is closed', { peer: peer.kind });
  };
  const isAcceptance = (status: number) => isSuccess(request, status);
  return { send, throwIfEnded, isAcceptance, channelBindings };
}

/** Other statuses, such as 400 and 500, may come from a peer that did not look at the token. */
function isSuccess({ peer, method }: ChannelRequest, status: number): boolean {
  if (method === 'CONNECT') return status >= 200 && status <= 299;
  // The answer of an origin comes through a forward proxy that accepted the client.
  if (peer === PROXY && status === ORIGIN.status) return true;
  return status < 400 || ACCEPTANCES.includes(status);
}

function isEndBeforeAnswer(error: unknown): error is ExchangeError {
  return error instanceof ExchangeError && error.problem === 'closed' && error.status === undefined;
}
