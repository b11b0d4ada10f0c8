import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { checkOneOf, checkOptions, invalidArgType } from '../bytes/check.js';
import { hasExtendedMasterSecret } from '../tls/extended-master-secret.js';
import { readTlsSession } from '../tls/session.js';
import { signatureHashOf } from './certificate.js';
import { unsupported } from './failure.js';

/** What {@link tlsExporter} and {@link tlsUnique} take besides the socket. */
export interface ChannelBindingOptions {
  /**
   * Takes TLS 1.2 without the Extended Master Secret (RFC 7627), or where Node does not tell whether there is
   * one. Somebody in between can then give both sides the same bindings on two connections (the triple
   * handshake attack). By default false.
   */
  readonly allowWithoutExtendedMasterSecret?: boolean | undefined;
}

/**
 * Channel bindings of the type tls-server-end-point (RFC 5929 4): the hash of the server's certificate, of 28
 * to 64 bytes, after `tls-server-end-point:`. Whoever ends TLS with another certificate has others; whoever
 * has the same, such as a proxy in front of the server, has the same. They can be asked for any number of
 * times, also after the application has taken the certificate.
 *
 * The server sends no certificate where a session is resumed: a client that needs these bindings resumes none
 * (`maxCachedSessions: 0` of https.Agent and of undici, no `session` option).
 *
 * @param socket a connected TLS socket
 * @param role which end of it this is
 * @throws TypeError, RangeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION at the client of a resumed session, without a certificate, and
 * for one whose signature has no hash, such as Ed25519's (RFC 5929 leaves these open), or one that is not known
 * here; SEC_E_INVALID_TOKEN, with `path` and `offset`, for a certificate that is not DER
 */
export function tlsServerEndPoint(socket: Socket, role: 'client' | 'server'): Uint8Array {
  const own = checkSocket(socket);
  const isClient = checkOneOf('role', role, ['client', 'server']) === 'client';
  const certificate = isClient ? findServerCertificate(own) : own.getX509Certificate()?.raw;
  if (certificate === undefined) throw unsupported('the connection has no certificate of a server');
  const hash = signatureHashOf(certificate);
  if (hash === undefined) throw unsupported("the certificate's signature has no known hash");
  return bindings('tls-server-end-point', createHash(hash).update(certificate).digest());
}

/**
 * Channel bindings of the type tls-exporter (RFC 9266): 32 bytes of this connection alone, the same at both
 * of its ends, after `tls-exporter:`.
 *
 * @param socket a connected TLS socket, of a client or of a server
 * @throws TypeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION on TLS 1.2 without the Extended Master Secret (RFC 9266 4.1), and
 * on an older version, unless the options allow it; for a socket that is closed
 * @throws Error with node:tls' own code when the handshake is not finished
 */
export function tlsExporter(socket: Socket, options: ChannelBindingOptions = {}): Uint8Array {
  const own = checkSocket(socket);
  const isAllowed = checkBindingOptions(options);
  const ekm = own.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  if (own.getProtocol() !== 'TLSv1.3') requireUniqueKeys(own, isAllowed);
  return bindings('tls-exporter', ekm);
}

/**
 * Channel bindings of the type tls-unique (RFC 5929 3): the first Finished message of the last handshake, 12
 * bytes, after `tls-unique:`. They are those of this connection alone, the same at both of its ends. TLS 1.3
 * has none: use {@link tlsExporter}, or {@link tlsServerEndPoint} where the other side wants that.
 *
 * A renegotiation changes them. Call `socket.disableRenegotiation()` at both ends, and destroy the socket when
 * it then has an error.
 *
 * @param socket a connected TLS socket, of a client or of a server
 * @throws TypeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for another version than TLS 1.2, before the handshake is
 * complete, on a closed socket, and without the Extended Master Secret unless the options allow it
 */
export function tlsUnique(socket: Socket, options: ChannelBindingOptions = {}): Uint8Array {
  const own = checkSocket(socket);
  const isAllowed = checkBindingOptions(options);
  const [sent, received] = [own.getFinished(), own.getPeerFinished()];
  if (sent === undefined || received === undefined) {
    throw unsupported('the handshake of TLS is not complete, or the socket is closed');
  }
  const protocol = own.getProtocol();
  if (protocol !== 'TLSv1.2') throw unsupported(`tls-unique needs TLS 1.2, not ${protocol}`);
  requireUniqueKeys(own, isAllowed);
  // Node: "null is returned if called on a server socket".
  const isServer = own.getEphemeralKeyInfo() === null;
  // The client's comes first, and the server's where a session is resumed (RFC 5246 7.3).
  return bindings('tls-unique', isServer === own.isSessionReused() ? sent : received);
}

function checkSocket(value: unknown): TLSSocket {
  if (!(value instanceof TLSSocket)) throw invalidArgType('socket', 'a TLSSocket of node:tls');
  if (value.getProtocol() === null) throw unsupported('the socket is closed, or not connected yet');
  return value;
}

function checkBindingOptions(value: unknown): boolean {
  const name = 'allowWithoutExtendedMasterSecret';
  const isAllowed = checkOptions('options', value, [name])[name] ?? false;
  if (typeof isAllowed !== 'boolean') throw invalidArgType(`options.${name}`, 'a boolean');
  return isAllowed;
}

/** Refuses keys and Finished messages that another connection of TLS 1.2 may have too. */
function requireUniqueKeys(socket: TLSSocket, isAllowed: boolean): void {
  if (isAllowed || hasExtendedMasterSecret(socket)) return;
  throw unsupported(
    'the connection has no Extended Master Secret (RFC 7627): use TLS 1.3, or allowWithoutExtendedMasterSecret',
  );
}

/**
 * The session has the certificate on every Node; before 26 getPeerX509Certificate takes it away from
 * getPeerCertificate.
 */
function findServerCertificate(socket: TLSSocket): Uint8Array | undefined {
  if (socket.isSessionReused()) {
    throw unsupported(
      'the session of TLS is resumed, without a certificate of the server: resume none (maxCachedSessions: 0)',
    );
  }
  return readTlsSession(socket)?.peer ?? socket.getPeerCertificate()?.raw;
}

function bindings(type: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(`${type}:`, 'latin1'), data]));
}
