import type { TLSSocket } from 'node:tls';
import { readTlsSession } from './session.js';

const TLS12 = 0x0303;
/** SSL_SESS_FLAG_EXTMS of OpenSSL, which has no other flag. */
const EXTENDED_MASTER_SECRET = 1;

/**
 * Whether a connection of TLS 1.2 has negotiated the Extended Master Secret (RFC 7627). Without it another
 * connection can have the same master secret (the triple handshake attack), and so the same exported keys
 * and Finished messages.
 *
 * The answer is false where the session does not tell, before the handshake is complete, and on TLS 1.3, which
 * has no such extension and needs none: ask `getProtocol()` first.
 */
export function hasExtendedMasterSecret(socket: TLSSocket): boolean {
  const session = readTlsSession(socket);
  return session?.protocol === TLS12 && session.flags === EXTENDED_MASTER_SECRET;
}
