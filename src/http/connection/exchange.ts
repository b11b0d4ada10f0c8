import type { Socket } from 'node:net';
import type { Fields } from './hooks.js';
import { type Answer, ExchangeError, ResponseReader } from './response-reader.js';

/** A request without a body. */
export interface BodilessRequest {
  readonly method: string;
  /** The request target (RFC 9112 3.2). */
  readonly target: string;
  readonly fields: Fields;
}

/** The limits of an {@link exchange}. */
export interface ExchangeLimits {
  readonly signal: AbortSignal;
  /** The longest body in bytes that is read to its end. */
  readonly maxBody: number;
}

/**
 * Sends a request without a body over a connected socket that nobody else uses, and reads the answer. The body of
 * the answer is dropped. No listener stays on the socket, and nothing is read from it that comes after the answer.
 *
 * @returns the answer. The socket can be used again only if `canContinue` is true
 * @throws ExchangeError for a malformed answer, for bytes before the request or after the answer, and if the
 * connection closes before the end of the answer; the reason of `signal`; errors of the socket
 */
export async function exchange(
  socket: Socket,
  request: BodilessRequest,
  { signal, maxBody }: ExchangeLimits,
): Promise<Answer> {
  signal.throwIfAborted();
  if (socket.readableLength > 0) {
    throw new ExchangeError('malformed', 'the other side sent bytes before the request');
  }
  if (socket.destroyed || socket.readableEnded || !socket.writable) throw endError();
  const reader = new ResponseReader(request.method, maxBody);
  const answer = receive(socket, reader, signal);
  socket.write(encodeRequest(request), 'latin1');
  return answer;
}

function encodeRequest({ method, target, fields }: BodilessRequest): string {
  const lines = [`${method} ${target} HTTP/1.1`];
  for (const [name, value] of Object.entries(fields)) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Reads by 'readable', which leaves the socket as it was. A socket that was flowing hangs in its next request. */
function receive(socket: Socket, reader: ResponseReader, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      socket
        .off('readable', onReadable)
        .off('end', onEnd)
        .off('close', onEnd)
        .off('error', onError);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onError = (error: unknown) => settle(() => reject(error));
    const onEnd = () => onError(endError(reader.status));
    const onAbort = () => onError(signal.reason);
    const onReadable = () => {
      try {
        for (let bytes = socket.read(); bytes !== null; bytes = socket.read()) reader.push(bytes);
      } catch (error) {
        return onError(error);
      }
      const { answer } = reader;
      if (answer !== undefined) settle(() => resolve(answer));
    };
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
    signal.addEventListener('abort', onAbort);
  });
}

function endError(status?: number): ExchangeError {
  return new ExchangeError('closed', 'the other side closed the connection', status);
}
