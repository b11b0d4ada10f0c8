import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import { withoutPrototype } from '../../../bytes/without-prototype.js';

/** How much of a body is read. */
interface BodyLimits {
  readonly bodyBytes: number;
  /** Milliseconds for the body. */
  readonly handshakeTimeout: number;
}

/**
 * Reads the body of a request to its end, and drops it. A client that is still sending it when the answer comes takes
 * another connection for its next request, and a handshake needs the same one.
 *
 * @returns whether the connection can be used again: the body has ended within the limits
 */
export async function dropBody(request: IncomingMessage, limits: BodyLimits): Promise<boolean> {
  const {
    'content-length': length,
    'transfer-encoding': coding,
    expect,
  } = withoutPrototype({ ...request.headers });
  const isShort = coding !== undefined || Number(length ?? 0) <= limits.bodyBytes;
  // The client waits for a 100 that it does not get (RFC 9110 10.1.1). Node then closes the connection itself.
  if (expect !== undefined && isExpectLeft(request)) return isShort;
  // Something before may have read it.
  if (!isShort || request.readableEnded) return isShort;
  return coding === undefined && Number(length ?? 0) === 0 ? true : readToEnd(request, limits);
}

/** Whether the application answers `Expect: 100-continue`. Else Node has sent 100 before it handed the request over. */
function isExpectLeft({ socket }: IncomingMessage): boolean {
  const { server } = socket as Socket & { readonly server?: Server };
  return server !== undefined && server.listenerCount('checkContinue') > 0;
}

function readToEnd(
  request: IncomingMessage,
  { bodyBytes, handshakeTimeout }: BodyLimits,
): Promise<boolean> {
  return new Promise((resolve) => {
    let size = 0;
    const finish = (isWhole: boolean) => {
      clearTimeout(timer);
      request.off('data', count).off('end', end).off('close', close);
      request.pause();
      resolve(isWhole);
    };
    const count = (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > bodyBytes) finish(false);
    };
    const end = () => finish(true);
    const close = () => finish(false);
    const timer = setTimeout(close, handshakeTimeout).unref();
    request.on('data', count).on('end', end).on('close', close);
  });
}
