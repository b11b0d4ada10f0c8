import { createHash, type X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { checkOneOf, wrongKind } from '../bytes/check.js';
import { signatureHashOf } from './certificate.js';
import { unsupported } from './failure.js';

/**
 * Channel bindings of the type tls-server-end-point (RFC 5929 4): the hash of the server's certificate, of 28
 * to 64 bytes, after `tls-server-end-point:`. Whoever ends TLS with another certificate has others; whoever
 * has the same, such as a proxy in front of the server, has the same.
 *
 * @param socket a connected TLS socket
 * @param role which end of it this is
 * @throws TypeError, RangeError for a wrong argument
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION without a certificate, or for one whose signature has no hash,
 * such as Ed25519's (RFC 5929 leaves these open), or one that is not known here; SEC_E_INVALID_TOKEN, with
 * `path` and `offset`, for a certificate that is not DER
 */
export function tlsServerEndPoint(socket: TLSSocket, role: 'client' | 'server'): Uint8Array {
  const own = checkSocket(socket);
  const isClient = checkOneOf('role', role, ['client', 'server']) === 'client';
  const certificate = isClient ? own.getPeerX509Certificate() : own.getX509Certificate();
  if (certificate === undefined) throw unsupported('the connection has no certificate of a server');
  return bindings('tls-server-end-point', hashOf(certificate));
}

/**
 * Channel bindings of the type tls-exporter (RFC 9266): 32 bytes of this connection alone, the same at both
 * of its ends, after `tls-exporter:`. On TLS 1.2 it needs extended master secret (RFC 7627), which Node does
 * not show.
 *
 * @param socket a connected TLS socket, of a client or of a server
 * @throws TypeError for anything else
 * @throws Error with node:tls' own code when the handshake is not finished or the socket is closed
 */
export function tlsExporter(socket: TLSSocket): Uint8Array {
  const own = checkSocket(socket);
  const ekm = own.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  return bindings('tls-exporter', ekm);
}

function checkSocket(value: unknown): TLSSocket {
  if (!(value instanceof TLSSocket)) throw wrongKind('socket', 'a TLSSocket of node:tls');
  return value;
}

function hashOf(certificate: X509Certificate): Uint8Array {
  const hash = signatureHashOf(new Uint8Array(certificate.raw));
  if (hash === undefined) throw unsupported("the certificate's signature has no known hash");
  return createHash(hash).update(certificate.raw).digest();
}

function bindings(type: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(`${type}:`, 'latin1'), data]));
}
