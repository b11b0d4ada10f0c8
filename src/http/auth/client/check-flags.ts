import { outOfRange } from '../../../bytes/check.js';
import { checkContextFlags } from '../../../sspi/arguments.js';
import type { ContextFlag } from '../../../sspi/context-options.js';
import type { CredentialSource } from './credential-source.js';
import type { AuthenticationScope, ChannelBindingChoice } from './options.js';

/** Kerberos alone proves the server's identity, and NTLM cannot. */
export function checkFlags(
  value: unknown,
  { mechanisms }: CredentialSource,
  scope: AuthenticationScope,
): readonly ContextFlag[] {
  if (value === undefined) {
    return mechanisms.join() === 'Kerberos' ? ['integrity', 'mutual-auth'] : ['integrity'];
  }
  const flags = checkContextFlags('options.flags', value);
  if (flags.includes('datagram')) throw outOfRange('options.flags', "without 'datagram'");
  // The server's proof comes in the answer to the request: too late.
  if (scope === 'request' && flags.includes('mutual-auth')) {
    throw outOfRange('options.flags', "without 'mutual-auth' if authenticate is 'request'");
  }
  return flags;
}

/**
 * Why a server that requires no authentication gets no request; undefined if it gets requests.
 *
 * @param flags the caller's: the default ones require no authentication of a server
 */
export function problemOfOpen(
  flags: readonly ContextFlag[],
  bindings: ChannelBindingChoice,
): string | undefined {
  if (flags.includes('mutual-auth')) return 'it did not prove its identity';
  return bindings === 'require' ? 'there are no channel bindings' : undefined;
}
