import type { CredentialSource } from './credential-source.js';

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
  const end = hasSecret ? '. These agents do not try again: make new ones.' : '';
  return `: ${parts.join('; ')}${end}`;
}
