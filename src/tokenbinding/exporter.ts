import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { checkObject, checkOptions, invalidArgType } from '../bytes/check.js';
import { copyOf } from '../bytes/copy.js';
import { exportBytes, INCOMPLETE_HANDSHAKE } from '../tls/exporter.js';
import { hasExtendedMasterSecret } from '../tls/extended-master-secret.js';
import { TokenBindingError } from './error.js';

const LABEL = 'EXPORTER-Token-Binding';
const LENGTH = 32;

/** Options of {@link exportKeyingMaterial}. */
export interface ExportOptions {
  /**
   * Accept TLS 1.2 without Extended Master Secret (RFC 7627). Without it an attacker in the middle can make two
   * connections with the same keying material (the triple handshake attack), and a Token Binding proves nothing. Use
   * this only if you know by other means that the connection is safe. False by default.
   */
  readonly allowTls12?: boolean | undefined;
}

/**
 * The exported keying material (EKM) of a TLS connection, which a Token Binding signs: the exporter of RFC 5705 with the
 * label "EXPORTER-Token-Binding" and no context (RFC 8471 3.3). Both ends of a connection get the same bytes, and no
 * other connection has them. Treat them as a secret (RFC 8473 7.2).
 *
 * Set `minVersion: 'TLSv1.3'` on both sides. TLS 1.2 needs Extended Master Secret (RFC 8472 6), which OpenSSL
 * negotiates by default. A renegotiation of TLS 1.2 changes the keying material.
 *
 * @param socket a connected TLSSocket of a client or a server, such as `req.socket` of node:https
 * @returns 32 bytes
 * @throws TypeError if `socket` is not a TLSSocket
 * @throws TokenBindingError ERR_TB_NOT_SUPPORTED if the socket is closed, the TLS handshake is not complete, the
 * protocol is older than TLS 1.2, or TLS 1.2 has no Extended Master Secret and `allowTls12` is not true
 *
 * @example
 * import { once } from 'node:events';
 * import { readFileSync } from 'node:fs';
 * import { connect, createServer } from 'node:tls';
 * import { exportKeyingMaterial } from 'tokenbinding';
 *
 * const [key, cert] = [readFileSync('key.pem'), readFileSync('cert.pem')];
 * const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, (socket) => {
 *   const ekm = exportKeyingMaterial(socket); // verifyMessage takes it as expected.ekm
 *   socket.end();
 * });
 * await once(server.listen(0), 'listening');
 *
 * const { port } = server.address();
 * const socket = connect({ host: 'localhost', port, ca: cert, minVersion: 'TLSv1.3' });
 * await once(socket, 'secureConnect');
 * const ekm = exportKeyingMaterial(socket); // generateBinding takes it as request.ekm
 * console.log(ekm.length); // 32
 * socket.end();
 * server.close();
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
      'the socket is closed or not yet connected',
    );
  }
  // RFC 8471 3.3: without a context.
  const ekm = exportBytes(tlsSocket, LENGTH, LABEL);
  if (ekm === undefined) throw new TokenBindingError('ERR_TB_NOT_SUPPORTED', INCOMPLETE_HANDSHAKE);
  requireSafe(tlsSocket, allowTls12 === true);
  return copyOf(ekm);
}

/** Accepts any object with the methods: http2 wraps its socket in a proxy. */
function checkTlsSocket(socket: unknown): TLSSocket {
  const { exportKeyingMaterial, getProtocol, getSession } = checkObject('socket', socket);
  const methods = [exportKeyingMaterial, getProtocol, getSession];
  if (methods.every((method) => typeof method === 'function')) return socket as TLSSocket;
  const advice =
    'behind a reverse proxy that terminates TLS, the proxy must pass on the keying material';
  throw invalidArgType(
    'socket',
    `a TLSSocket, such as req.socket of a node:https server; ${advice}`,
  );
}

/** @throws TokenBindingError ERR_TB_NOT_SUPPORTED if another connection can have the same keying material */
function requireSafe(socket: TLSSocket, allowTls12: boolean): void {
  const protocol = socket.getProtocol();
  if (protocol === 'TLSv1.3') return;
  if (protocol === 'TLSv1.2' && (allowTls12 || hasExtendedMasterSecret(socket))) return;
  const used = protocol === 'TLSv1.2' ? `${protocol} without Extended Master Secret` : protocol;
  const fault = `the connection uses ${used}, so another connection can have the same keying material`;
  const message = `${fault}: set minVersion: 'TLSv1.3' on both sides`;
  throw new TokenBindingError('ERR_TB_NOT_SUPPORTED', message);
}
