import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { checkObject, checkOptions, invalidArgType } from '../bytes/check.js';
import { copyOf } from '../bytes/copy.js';
import { TokenBindingError } from '../errors.js';
import { hasExtendedMasterSecret } from '../tls/extended-master-secret.js';

const LABEL = 'EXPORTER-Token-Binding';
const LENGTH = 32;

export interface ExportOptions {
  /**
   * Accept TLS 1.2 without Extended Master Secret (RFC 7627). Then somebody between the two sides can make two
   * connections with the same keying material (the triple handshake attack), and a Token Binding proves
   * nothing: only where the connection is known to be safe by other means.
   */
  readonly allowTls12?: boolean | undefined;
}

/**
 * The exported keying material (EKM) of a TLS connection that Token Binding signs: RFC 5705 exporter,
 * label "EXPORTER-Token-Binding", no context, 32 bytes (RFC 8471 3.3). Both ends of one connection
 * get the same bytes and no other connection does. Treat them as a secret (RFC 8473 7.2).
 *
 * Set `minVersion: 'TLSv1.3'` on both sides. TLS 1.2 is taken where it has negotiated Extended Master Secret
 * (RFC 8472 6), which OpenSSL does unless it is switched off. A renegotiation of TLS 1.2 changes the keying
 * material.
 *
 * @param socket a connected TLSSocket, of a client or of a server; `req.socket` of node:https is one
 * @throws TypeError for a socket that is no TLSSocket
 * @throws TokenBindingError ERR_TB_NOT_SUPPORTED for a connection older than TLS 1.2, or of TLS 1.2 without
 * Extended Master Secret, unless `allowTls12` is true; for a socket that is closed
 * @throws Error with node:tls' own code when the handshake is not finished
 */
export function exportKeyingMaterial(socket: Socket, options: ExportOptions = {}): Uint8Array {
  const tlsSocket = checkTlsSocket(socket);
  const { allowTls12 } = checkOptions('options', options, ['allowTls12']);
  if (allowTls12 !== undefined && typeof allowTls12 !== 'boolean') {
    throw invalidArgType('options.allowTls12', 'a boolean');
  }
  if (tlsSocket.getProtocol() === null) {
    throw new TokenBindingError(
      'ERR_TB_NOT_SUPPORTED',
      'the socket is closed, or not connected yet',
    );
  }
  // No context argument: on TLS 1.2 an empty one gives other bytes than none (RFC 5705 4).
  const exportBytes = tlsSocket.exportKeyingMaterial as (length: number, label: string) => Buffer;
  const ekm = exportBytes.call(tlsSocket, LENGTH, LABEL);
  requireSafe(tlsSocket, allowTls12 === true);
  return copyOf(ekm);
}

/** Any object that has the methods is one: http2 gives a proxy for the socket. */
function checkTlsSocket(socket: unknown): TLSSocket {
  const { exportKeyingMaterial, getProtocol, getSession } = checkObject('socket', socket);
  const methods = [exportKeyingMaterial, getProtocol, getSession];
  if (methods.every((method) => typeof method === 'function')) return socket as TLSSocket;
  const advice = 'behind a proxy that ends TLS, the proxy must hand on the keying material';
  throw invalidArgType(
    'socket',
    `a TLSSocket, such as req.socket of a node:https server; ${advice}`,
  );
}

/** @throws TokenBindingError ERR_TB_NOT_SUPPORTED unless no other connection can have the same keying material */
function requireSafe(socket: TLSSocket, allowTls12: boolean): void {
  const protocol = socket.getProtocol();
  if (protocol === 'TLSv1.3') return;
  if (protocol === 'TLSv1.2' && (allowTls12 || hasExtendedMasterSecret(socket))) return;
  const used = protocol === 'TLSv1.2' ? `${protocol} without Extended Master Secret` : protocol;
  const fault = `the connection uses ${used}, so another one can have the same keying material`;
  const message = `${fault}: set minVersion: 'TLSv1.3' on both sides`;
  throw new TokenBindingError('ERR_TB_NOT_SUPPORTED', message);
}
