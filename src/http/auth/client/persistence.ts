import type { Answer } from '../../connection/response-reader.js';
import { HttpAuthError } from '../error.js';
import type { HandshakeResult } from './handshake.js';
import { ORIGIN } from './peer.js';

/**
 * Whether the peer authenticated the connection, not only the request with the last token. NTLM authenticates the
 * connection (MS-NTHT 1.3). For other packages the peer decides, and says so: IIS keeps the user of Kerberos, and
 * most other servers do not.
 */
export function isForConnection({ answer, package: name }: HandshakeResult): boolean {
  const said = persistentAuthOf(answer);
  return said === 'true' || (name === 'NTLM' && said !== 'false');
}

/** @throws HttpAuthError ERR_HTTP_AUTH_NOT_PERSISTENT if no request can follow on an authenticated connection */
export function requirePersistence(answer: Answer): void {
  const { status, canContinue } = answer;
  if (canContinue && persistentAuthOf(answer) !== 'false') return;
  const what = canContinue ? 'says Persistent-Auth: false' : 'ends the connection';
  const problem = `the server ${what} after the handshake: use the option authenticate: 'request'`;
  const details = { status, peer: ORIGIN.kind };
  throw new HttpAuthError('ERR_HTTP_AUTH_NOT_PERSISTENT', problem, details);
}

function persistentAuthOf({ fields }: Answer): string | undefined {
  return fields.get('persistent-auth')?.join(',').toLowerCase();
}
