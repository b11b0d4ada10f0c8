import { hostname } from 'node:os';
import type { AccountLookup, ServerNames } from '../credentials.js';
import { ntHashOf } from '../crypto/nt-hash.js';
import { noCredentials, unsupported } from '../failure.js';
import { ntHashLookup } from '../ntlm/accounts.js';
import { NtlmClient, type NtlmIdentity } from '../ntlm/client.js';
import { NtlmServer, type NtlmServerNames } from '../ntlm/server.js';
import type { CheckedIdentity } from '../provider.js';
import { secretCopy } from '../secret.js';
import type { AcceptorSource, InitiatorSource } from './sources.js';

/** @throws SspiError SEC_E_NO_CREDENTIALS without an identity */
export function openNtlmClient(identity: CheckedIdentity | undefined): InitiatorSource {
  if (identity === undefined) {
    throw noCredentials('the portable provider has no logged-on user: pass an identity');
  }
  const own = ntlmIdentityOf(identity);
  return {
    name: 'NTLM',
    start: (options) => new NtlmClient(own, options),
    close: () => own.ntHash.fill(0),
  };
}

/** @throws SspiError SEC_E_NO_CREDENTIALS without accounts */
export function openNtlmServer(
  accounts: AccountLookup | undefined,
  names: ServerNames | undefined,
): AcceptorSource {
  if (accounts === undefined) {
    throw noCredentials(
      'a portable server needs the option accounts: a function that finds an account',
    );
  }
  const findNtHash = ntHashLookup(accounts);
  const ownNames = serverNamesOf(names);
  return {
    name: 'NTLM',
    start: (options) => new NtlmServer(ownNames, findNtHash, options),
    close: () => {},
  };
}

function ntlmIdentityOf(identity: CheckedIdentity): NtlmIdentity {
  const { user, domain, workstation, password, ntHash } = identity;
  if (password !== undefined) return { user, domain, workstation, ntHash: ntHashOf(password) };
  if (ntHash !== undefined) return { user, domain, workstation, ntHash: secretCopy(ntHash) };
  throw unsupported('NTLM needs a password or an NT hash: only Kerberos takes keytabs and caches');
}

/** Missing names come from the host name. A server without a domain uses its computer name as one. */
function serverNamesOf(names: ServerNames | undefined): NtlmServerNames {
  const host = hostname();
  const computer = names?.computer ?? (host.split('.')[0] ?? '').toUpperCase().slice(0, 15);
  return {
    computer,
    domain: names?.domain ?? computer,
    dnsComputer: names?.dnsComputer ?? host,
    dnsDomain: names?.dnsDomain ?? '',
  };
}
