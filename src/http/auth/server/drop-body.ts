import type { IncomingMessage } from 'node:http';

/**
 * Drops the body of a request. Node reads a body of known length after the answer; this function then returns at once.
 *
 * @returns whether the connection can be used again: the body has at most `most` bytes
 */
export async function dropBody(request: IncomingMessage, most: number): Promise<boolean> {
  const { 'content-length': length, 'transfer-encoding': coding, expect } = request.headers;
  if (coding === undefined) return length === undefined || Number(length) <= most;
  // The client may send the body only after an answer (RFC 9110 10.1.1).
  if (expect !== undefined) return false;
  // Something before has read it.
  if (request.readableEnded) return true;
  return dropChunks(request, most);
}

function dropChunks(request: IncomingMessage, most: number): Promise<boolean> {
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
