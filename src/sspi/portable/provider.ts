import { hostname } from 'node:os';
import type { ContextFlag } from '../context-options.js';
import type { AccountLookup, ServerNames } from '../credentials.js';
import { ntHashOf } from '../crypto/nt-hash.js';
import { SspiError } from '../error.js';
import { unsupported } from '../failure.js';
import { ntHashLookup } from '../ntlm/accounts.js';
import { NtlmClient, type NtlmIdentity } from '../ntlm/client.js';
import { NtlmServer, type NtlmServerNames } from '../ntlm/server.js';
import { checkCompatible } from '../ntlm/session.js';
import { findPackage, type PackageInfo, PORTABLE_PACKAGES } from '../packages.js';
import type {
  CheckedCredentials,
  CheckedIdentity,
  InboundCredentials,
  OutboundCredentials,
  ProviderCredentials,
  SspiProvider,
} from '../provider.js';
import { SpnegoClient } from '../spnego/client.js';
import { SpnegoServer } from '../spnego/server.js';
import { type Handshake, PortableContext } from './context.js';

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
      ? outboundCredentials(request.package, request.identity)
      : inboundCredentials(request.package, request.accounts, request.names);
  }
}

function outboundCredentials(
  info: PackageInfo,
  identity: CheckedIdentity | undefined,
): OutboundCredentials {
  if (identity === undefined) {
    throw noCredentials('the portable provider has no logged-on user: pass an identity');
  }
  const own = ntlmIdentityOf(identity);
  return {
    use: 'outbound',
    package: info,
    initialize: (options) => {
      checkFlags(info, options.flags);
      const ntlm = new NtlmClient(own, options);
      return newContext(info, isNegotiate(info) ? new SpnegoClient(ntlm) : ntlm);
    },
    close: () => own.ntHash.fill(0),
  };
}

function inboundCredentials(
  info: PackageInfo,
  accounts: AccountLookup | undefined,
  names: ServerNames | undefined,
): InboundCredentials {
  if (accounts === undefined) {
    throw noCredentials(
      'a portable server needs the option accounts: a function that finds an account',
    );
  }
  const findNtHash = ntHashLookup(accounts);
  const ownNames = serverNamesOf(names);
  return {
    use: 'inbound',
    package: info,
    accept: (options) => {
      checkFlags(info, options.flags);
      const ntlm = new NtlmServer(ownNames, findNtHash, options);
      return newContext(info, isNegotiate(info) ? new SpnegoServer(ntlm) : ntlm);
    },
    close: () => {},
  };
}

function newContext(info: PackageInfo, handshake: Handshake): PortableContext {
  const chosen = findPackage(PORTABLE_PACKAGES, 'NTLM');
  return new PortableContext(info, chosen, handshake);
}

function isNegotiate(info: PackageInfo): boolean {
  return info.name === 'Negotiate';
}

function checkFlags(info: PackageInfo, flags: readonly ContextFlag[]): void {
  checkCompatible(flags);
  if (flags.includes('datagram') && !info.capabilities.includes('datagram')) {
    throw unsupported(`${info.name} has no datagram contexts`);
  }
}

function ntlmIdentityOf({ user, domain, workstation, ...secret }: CheckedIdentity): NtlmIdentity {
  const ntHash = secret.ntHash === undefined ? ntHashOf(secret.password) : secret.ntHash;
  return { user, domain, workstation, ntHash };
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

function noCredentials(problem: string): SspiError {
  return new SspiError('SEC_E_NO_CREDENTIALS', problem);
}
