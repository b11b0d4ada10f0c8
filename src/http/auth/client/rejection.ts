import { KERBEROS_ADVICE } from '../../../sspi/failure.js';
import { HttpAuthError } from '../error.js';
import type { Scheme } from '../scheme.js';
import type { CredentialSource } from './credential-source.js';
import type { Peer } from './peer.js';

const END = '. These agents do not try again: make new ones.';
const PAUSE = '. These agents pause before they try again.';

/**
 * What the error of a rejection says after it: what to check, and that the agents remember it.
 *
 * @param omitsBindings whether the handshake had no channel bindings although it could have had some
 */
export function adviceOf(source: CredentialSource, omitsBindings: boolean): string {
  const bindings = omitsBindings ? ['the server may require channel bindings'] : [];
  return `: ${[...checksOf(source), ...bindings].join('; ')}${source.hasSecret ? END : ''}`;
}

/** What the error says if a domain controller rejected the credentials: anyone on its network can forge that. */
export function denialAdviceOf(source: CredentialSource): string {
  return `: ${checksOf(source).join('; ')}${source.hasSecret ? PAUSE : ''}`;
}

/** What the error says if the peer rejected the first token of NTLM, which proves no password. */
export function firstTokenAdviceOf({ mechanisms }: CredentialSource, scheme: Scheme): string {
  const isNtlmAlone = mechanisms.length === 1 && mechanisms[0] === 'NTLM';
  return scheme === 'Negotiate' && isNtlmAlone ? `: ${KERBEROS_ADVICE}` : '';
}

function checksOf({ hasSecret, lacksDomain }: CredentialSource): readonly string[] {
  return [
    hasSecret ? 'check user, domain and password' : 'check that it knows the logged-on user',
    ...(lacksDomain ? ['the identity names no domain'] : []),
  ];
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
