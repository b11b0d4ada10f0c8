import { HttpAuthError } from '../error.js';
import type { CredentialSource } from './credential-source.js';
import type { Peer } from './peer.js';

const END = '. These agents do not try again: make new ones.';

/**
 * What the error of a rejection says after it: what to check, and that the agents remember it.
 *
 * @param omitsBindings whether the handshake had no channel bindings although it could have had some
 */
export function adviceOf(source: CredentialSource, omitsBindings: boolean): string {
  const { hasSecret, lacksDomain } = source;
  const parts = [
    hasSecret ? 'check user, domain and password' : 'check that it knows the logged-on user',
    ...(lacksDomain ? ['the identity names no domain'] : []),
    ...(omitsBindings ? ['the server may require channel bindings'] : []),
  ];
  const end = hasSecret ? END : '';
  return `: ${parts.join('; ')}${end}`;
}

/** The error of further requests after several proofs that the peer neither accepted nor rejected. */
export function unconfirmedError(peer: Peer, last: unknown): HttpAuthError {
  const details = { peer: peer.kind, cause: last };
  const { message } = last as Error;
  const known =
    last instanceof HttpAuthError
      ? last
      : new HttpAuthError('ERR_HTTP_AUTH_CLOSED', message, details);
  const problem = `${peer.word} neither accepted nor rejected the credentials several times`;
  return copyError(known, `${problem}: ${known.message}${END}`);
}

/** A new error with its own stack. */
export function copyError(error: HttpAuthError, message: string = error.message): HttpAuthError {
  const { code, status, scheme, leg, target, peer, cause } = error;
  return new HttpAuthError(code, message, { status, scheme, leg, target, peer, cause });
}
