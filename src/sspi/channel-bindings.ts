import { createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { exportBytes, INCOMPLETE_HANDSHAKE } from '../tls/exporter.js';
import { hasExtendedMasterSecret } from '../tls/extended-master-secret.js';
import { readTlsSession } from '../tls/session.js';
import { signatureHashOf } from './certificate.js';
import { unsupported } from './failure.js';

/** Options of {@link tlsExporter} and {@link tlsUnique}. */
export interface ChannelBindingOptions {
  /**
   * Accepts TLS 1.2 without the Extended Master Secret (RFC 7627), or if Node does not tell whether the
   * connection has it. An attacker in the middle can then give two connections the same channel bindings (the
   * triple handshake attack). Default false.
   */
  readonly allowTls12?: boolean | undefined;
}

/**
 * Channel bindings of the type tls-server-end-point (RFC 5929 4): `tls-server-end-point:` and a hash of the
 * server's certificate, 28 to 64 bytes. Every connection to a server with that certificate has the same ones, also
 * a connection to a proxy in front of it. The function may be called at any time and repeatedly.
 *
 * A server sends no certificate when a session is resumed. A client that needs these bindings must resume no
 * session: `maxCachedSessions: 0` of https.Agent and of undici, and no option `session`.
 *
 * The socket of a server that has several certificates tells that of its default context when a session is resumed.
 * There, give the certificate instead.
 *
 * @param socket a connected TLS socket
 * @param role the side that `socket` is
 * @throws TypeError, RangeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for the client of a resumed session, for a connection without a
 * certificate of the server, for a certificate whose signature has no hash, such as Ed25519 (RFC 5929 leaves it
 * undefined), or an unknown one, and for a socket that is not connected; SEC_E_INVALID_TOKEN, with `path` and
 * `offset`, for a certificate that is not DER
 *
 * @example
 * import { createServer } from 'node:tls';
 * import { openSspi, tlsServerEndPoint } from 'tokenbinding/sspi';
 *
 * const sspi = openSspi({ provider: 'portable' });
 * const credentials = await sspi.acquireCredentialsHandle({
 *   package: 'NTLM',
 *   use: 'inbound',
 *   accounts: ({ user }) => (user === 'alice' ? { password: 'correct horse' } : undefined),
 * });
 *
 * const server = createServer((socket) => {
 *   // The client must have seen the certificate of this server.
 *   const channelBindings = tlsServerEndPoint(socket, 'server');
 *   const context = sspi.acceptSecurityContext(credentials, { channelBindings });
 *   socket.on('close', () => context.close());
 * });
 * // server.setSecureContext({ key, cert }); server.listen(443);
 * server.close();
 */
export function tlsServerEndPoint(socket: Socket, role: 'client' | 'server'): Uint8Array;
/**
 * Channel bindings of the type tls-server-end-point (RFC 5929 4) of a certificate: of a proxy that ends TLS, or of a
 * server with several certificates. They are those of every connection to a server with that certificate.
 *
 * @throws TypeError, RangeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for a certificate whose signature has no hash, such as Ed25519, or an
 * unknown one
 *
 * @example
 * import { X509Certificate } from 'node:crypto';
 * import { readFileSync } from 'node:fs';
 * import { tlsServerEndPoint } from 'tokenbinding/sspi';
 *
 * const certificate = new X509Certificate(readFileSync('cert.pem'));
 * const channelBindings = tlsServerEndPoint(certificate);
 * console.log(channelBindings.length); // 53
 */
export function tlsServerEndPoint(certificate: X509Certificate): Uint8Array;
export function tlsServerEndPoint(
  source: Socket | X509Certificate,
  role?: 'client' | 'server',
): Uint8Array {
  const certificate = source instanceof X509Certificate ? source : undefined;
  if (certificate !== undefined && role !== undefined) {
    throw outOfRange('role', 'absent with a certificate');
  }
  const der = certificate === undefined ? findCertificate(source, role) : certificate.raw;
  const hash = signatureHashOf(der);
  if (hash === undefined) throw unsupported("the certificate's signature has no known hash");
  return bindingsOf('tls-server-end-point', createHash(hash).update(der).digest());
}

/**
 * Channel bindings of the type tls-exporter (RFC 9266): `tls-exporter:` and 32 bytes that both ends of this
 * connection share with no other.
 *
 * @param socket a connected TLS socket of either side
 * @throws TypeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION on TLS 1.2 without the Extended Master Secret (RFC 9266 4.1) and on
 * an older version, unless `allowTls12` is true; for a socket that is not connected or whose TLS handshake is not
 * complete
 */
export function tlsExporter(socket: Socket, options: ChannelBindingOptions = {}): Uint8Array {
  const own = checkSocket(socket);
  const isAllowed = checkBindingOptions(options);
  const ekm = exportBytes(own, 32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  if (ekm === undefined) throw unsupported(INCOMPLETE_HANDSHAKE);
  if (own.getProtocol() !== 'TLSv1.3') requireUniqueKeys(own, isAllowed);
  return bindingsOf('tls-exporter', ekm);
}

/**
 * Channel bindings of the type tls-unique (RFC 5929 3): `tls-unique:` and the first Finished message of the last
 * handshake, 12 bytes, which both ends of this connection share with no other. TLS 1.3 has none: use
 * {@link tlsExporter}, or {@link tlsServerEndPoint} if the other side requires it.
 *
 * A renegotiation changes them. Call `socket.disableRenegotiation()` on both sides, and destroy the socket if it
 * then emits an error.
 *
 * @param socket a connected TLS socket of either side
 * @throws TypeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for a version other than TLS 1.2, before the handshake is complete,
 * for a closed socket, and without the Extended Master Secret unless `allowTls12` is true
 */
export function tlsUnique(socket: Socket, options: ChannelBindingOptions = {}): Uint8Array {
  const own = checkSocket(socket);
  const isAllowed = checkBindingOptions(options);
  const [sent, received] = [own.getFinished(), own.getPeerFinished()];
  if (sent === undefined || received === undefined) {
    throw unsupported('the TLS handshake is not complete, or the socket is closed');
  }
  const protocol = own.getProtocol();
  if (protocol !== 'TLSv1.2') throw unsupported(`tls-unique needs TLS 1.2, not ${protocol}`);
  requireUniqueKeys(own, isAllowed);
  // Node returns null for the server's side.
  const isServer = own.getEphemeralKeyInfo() === null;
  // The client's comes first, and the server's if a session is resumed (RFC 5246 7.3).
  return bindingsOf('tls-unique', isServer === own.isSessionReused() ? sent : received);
}

const SOCKET_OR_CERTIFICATE = 'a TLSSocket of node:tls, or an X509Certificate of node:crypto';

function checkSocket(value: unknown, wanted = 'a TLSSocket of node:tls'): TLSSocket {
  // An import would load node:tls for programs that have no TLS.
  const tls = process.getBuiltinModule('node:tls');
  if (!(value instanceof tls.TLSSocket)) throw invalidArgType('socket', wanted);
  if (value.getProtocol() === null) throw unsupported('the socket is not connected');
  return value;
}

function checkBindingOptions(value: unknown): boolean {
  const { allowTls12 = false } = checkOptions('options', value, ['allowTls12']);
  if (typeof allowTls12 !== 'boolean') throw invalidArgType('options.allowTls12', 'a boolean');
  return allowTls12;
}

/** The certificate of the server of a connection. */
function findCertificate(value: unknown, role: unknown): Uint8Array {
  const socket = checkSocket(value, SOCKET_OR_CERTIFICATE);
  const isClient = checkOneOf('role', role, ['client', 'server']) === 'client';
  const found = isClient ? findPeerCertificate(socket) : socket.getX509Certificate()?.raw;
  if (found === undefined) throw unsupported('the connection has no server certificate');
  return found;
}

/** Rejects a connection of TLS 1.2 that may share its keys and Finished messages with another. */
function requireUniqueKeys(socket: TLSSocket, isAllowed: boolean): void {
  if (isAllowed || hasExtendedMasterSecret(socket)) return;
  throw unsupported(
    'the connection has no Extended Master Secret (RFC 7627): use TLS 1.3, or the option allowTls12',
  );
}

/**
 * The session has the certificate in every version of Node. Before Node 26 getPeerX509Certificate takes it away
 * from getPeerCertificate.
 */
function findPeerCertificate(socket: TLSSocket): Uint8Array | undefined {
  if (socket.isSessionReused()) {
    throw unsupported(
      'the TLS session is resumed, without a server certificate: resume none (maxCachedSessions: 0)',
    );
  }
  return readTlsSession(socket)?.peer ?? socket.getPeerCertificate()?.raw;
}

function bindingsOf(type: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(`${type}:`, 'latin1'), data]));
}
