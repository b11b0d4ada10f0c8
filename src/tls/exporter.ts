import type { TLSSocket } from 'node:tls';

/**
 * Keying material of a connection (RFC 5705 4); undefined before the TLS handshake is complete.
 *
 * @param context on TLS 1.2 an empty one gives other bytes than none
 */
export function exportBytes(
  socket: TLSSocket,
  length: number,
  label: string,
  context?: Buffer,
): Buffer | undefined {
  const exporter = socket.exportKeyingMaterial as (...args: unknown[]) => Buffer;
  try {
    return exporter.call(socket, length, label, context);
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_TLS_INVALID_STATE') return undefined;
    throw error;
  }
}

export const INCOMPLETE_HANDSHAKE = "the TLS handshake is not complete: wait for 'secureConnect'";
