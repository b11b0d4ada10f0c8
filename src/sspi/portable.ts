import { hostname } from 'node:os';
import type { ContextFlag } from './context-options.js';
import type { AccountLookup, ServerNames } from './credentials.js';
import { SspiError } from './error.js';
import { unsupported } from './failure.js';
import { ntHashLookup } from './ntlm/accounts.js';
import { NtlmClient, type NtlmIdentity } from './ntlm/client.js';
import { ntHashOf } from './ntlm/keys.js';
import { NtlmServer, type NtlmServerNames } from './ntlm/server.js';
import { checkTogether } from './ntlm/session.js';
import { findPackage, type PackageInfo, PORTABLE_PACKAGES } from './packages.js';
import { type Handshake, PortableContext } from './portable-context.js';
import type {
  CheckedCredentials,
  CheckedIdentity,
  InboundCredentials,
  OutboundCredentials,
  ProviderCredentials,
  SspiProvider,
} from './provider.js';
import { SpnegoClient } from './spnego/client.js';
import { SpnegoServer } from './spnego/server.js';

/** NTLMv2 and SPNEGO in TypeScript over node:crypto. */
export class PortableSspi implements SspiProvider {
  enumerateSecurityPackages(): PackageInfo[] {
    return [...PORTABLE_PACKAGES];
  }

  querySecurityPackageInfo(name: string): PackageInfo {
    return findPackage(PORTABLE_PACKAGES, name);
  }

  async acquireCredentialsHandle(request: CheckedCredentials): Promise<ProviderCredentials> {
    return request.use === 'outbound'
      ? outbound(request.package, request.identity)
      : inbound(request.package, request.accounts, request.names);
  }
}

function outbound(info: PackageInfo, identity: CheckedIdentity | undefined): OutboundCredentials {
  if (identity === undefined) {
    throw noCredentials('the portable provider knows no logged-on user: it needs an identity');
  }
  const own = identityOf(identity);
  return {
    use: 'outbound',
    package: info,
    initialize: (options) => {
      checkFlags(info, options.flags);
      const ntlm = new NtlmClient(own, options);
      return contextOf(info, isNegotiate(info) ? new SpnegoClient(ntlm) : ntlm);
    },
    close: () => own.ntHash.fill(0),
  };
}

function inbound(
  info: PackageInfo,
  accounts: AccountLookup | undefined,
  names: ServerNames | undefined,
): InboundCredentials {
  if (accounts === undefined) {
    throw noCredentials('the portable provider knows no accounts: it needs a lookup of them');
  }
  const ntHashOfAccount = ntHashLookup(accounts);
  const ownNames = namesOf(names);
  return {
    use: 'inbound',
    package: info,
    accept: (options) => {
      checkFlags(info, options.flags);
      const ntlm = new NtlmServer(ownNames, ntHashOfAccount, options);
      return contextOf(info, isNegotiate(info) ? new SpnegoServer(ntlm) : ntlm);
    },
    close: () => {},
  };
}

function contextOf(info: PackageInfo, handshake: Handshake): PortableContext {
  const chosen = findPackage(PORTABLE_PACKAGES, 'NTLM');
  return new PortableContext(info, chosen, handshake);
}

function isNegotiate(info: PackageInfo): boolean {
  return info.name === 'Negotiate';
}

function checkFlags(info: PackageInfo, flags: readonly ContextFlag[]): void {
  checkTogether(flags);
  if (flags.includes('datagram') && !info.capabilities.includes('datagram')) {
    throw unsupported(`${info.name} has no datagram contexts`);
  }
}

function identityOf({ user, domain, workstation, ...secret }: CheckedIdentity): NtlmIdentity {
  const ntHash = secret.ntHash === undefined ? ntHashOf(secret.password) : secret.ntHash;
  return { user, domain, workstation, ntHash };
}

/** The names of this computer where no others are given; without a domain it is one of its own. */
function namesOf(names: ServerNames | undefined): NtlmServerNames {
  const host = hostname();
  const computer = names?.computer ?? (host.split('.')[0] ?? '').toUpperCase().slice(0, 15);
  return {
    computer,
    domain: names?.domain ?? computer,
    dnsComputer: names?.dnsComputer ?? host,
    dnsDomain: names?.dnsDomain ?? '',
  };
}

function noCredentials(problem: string): SspiError {
  return new SspiError('SEC_E_NO_CREDENTIALS', problem);
}
