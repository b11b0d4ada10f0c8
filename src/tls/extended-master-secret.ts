import type { TLSSocket } from 'node:tls';
import { readTlsSession } from './session.js';

const TLS12 = 0x0303;
/** SSL_SESS_FLAG_EXTMS, the only session flag of OpenSSL. */
const EXTENDED_MASTER_SECRET = 1;

/**
 * Whether a TLS 1.2 connection negotiated the Extended Master Secret (RFC 7627). Without it an attacker can give
 * another connection the same master secret (the triple handshake attack), and so the same exported keying
 * material and Finished messages.
 *
 * Returns false if the session does not say, if the handshake is not complete, and on TLS 1.3, which does not
 * have this extension and does not need it: check `getProtocol()` first.
 */
export function hasExtendedMasterSecret(socket: TLSSocket): boolean {
  const session = readTlsSession(socket);
  return session?.protocol === TLS12 && session.flags === EXTENDED_MASTER_SECRET;
}
