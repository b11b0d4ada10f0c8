import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request to its end, and drops it. A client that is still sending it when the answer comes takes
 * another connection for its next request, and a handshake needs the same one.
 *
 * @returns whether the connection can be used again: the body has at most `most` bytes
 */
export async function dropBody(request: IncomingMessage, most: number): Promise<boolean> {
  const { 'content-length': length, 'transfer-encoding': coding, expect } = request.headers;
  const isShort = coding !== undefined || Number(length ?? 0) <= most;
  // The client may send the body only after an answer (RFC 9110 10.1.1).
  if (expect !== undefined) return coding === undefined && isShort;
  // Something before may have read it.
  if (!isShort || request.readableEnded) return isShort;
  return coding === undefined && Number(length ?? 0) === 0 ? true : readToEnd(request, most);
}

function readToEnd(request: IncomingMessage, most: number): Promise<boolean> {
  return new Promise((resolve) => {
    let size = 0;
    const finish = (isWhole: boolean) => {
      request.off('data', count).off('end', end).off('close', close);
      request.pause();
      resolve(isWhole);
    };
    const count = (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > most) finish(false);
    };
    const end = () => finish(true);
    const close = () => finish(false);
    request.on('data', count).on('end', end).on('close', close);
  });
}
