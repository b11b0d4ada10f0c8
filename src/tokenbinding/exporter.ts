import type { TLSSocket } from 'node:tls';

const LABEL = 'EXPORTER-Token-Binding';
const LENGTH = 32;

/**
 * The exported keying material (EKM) of a TLS connection that Token Binding signs: RFC 5705 exporter,
 * label "EXPORTER-Token-Binding", no context, 32 bytes (RFC 8471 3.3). Both ends of one connection
 * get the same bytes and no other connection does. Treat them as a secret (RFC 8473 7.2).
 *
 * @param socket a connected TLS socket, of a client or of a server
 * @throws Error with node:tls' own code when the handshake is not finished or the socket is closed
 */
export function exportKeyingMaterial(socket: TLSSocket): Uint8Array {
  // No context argument: on TLS 1.2 an empty one gives other bytes than none (RFC 5705 4).
  return (socket.exportKeyingMaterial as (length: number, label: string) => Buffer)(LENGTH, LABEL);
}
