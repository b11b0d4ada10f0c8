import type { RawCredentials, RawIdentity } from '../native/raw-sspi.js';
import type { WeakSecurity } from './context-options.js';
import { unsupported } from './failure.js';
import { unwrap } from './os-answer.js';
import type { PackageInfo } from './packages.js';
import type {
  CheckedAccept,
  CheckedCredentials,
  CheckedIdentity,
  CheckedInitialize,
  ProviderContext,
  ProviderCredentials,
  SspiProvider,
} from './provider.js';
import { type System, WindowsContext } from './windows-context.js';
import { ASC_REQ_ALLOW_MISSING_BINDINGS, clientBitsOf, serverBitsOf } from './windows-flags.js';
import { packageInfoOf } from './windows-packages.js';

/** SECPKG_CRED_ numbers. */
const USES = { inbound: 1, outbound: 2 } as const;

/**
 * secur32.dll: the operating system authenticates, knows the accounts and sets the policy. What its calls
 * have no way to say is refused.
 */
export class WindowsSspi implements SspiProvider {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  enumerateSecurityPackages(): PackageInfo[] {
    const answer = this.#system.calls.enumerateSecurityPackages();
    return unwrap('EnumerateSecurityPackages', answer).map(packageInfoOf);
  }

  querySecurityPackageInfo(name: string): PackageInfo {
    const answer = this.#system.calls.querySecurityPackageInfo(name);
    return packageInfoOf(unwrap('QuerySecurityPackageInfo', answer));
  }

  async acquireCredentialsHandle(request: CheckedCredentials): Promise<ProviderCredentials> {
    const system = this.#system;
    const { calls } = system;
    const { package: info, use } = request;
    const identity = identityIn(request);
    requireMessages(info);
    const acquired = calls.acquireCredentialsHandle(info.name, USES[use], identity);
    const handle = unwrap('AcquireCredentialsHandle', await acquired);
    const common = { package: info, close: () => calls.closeCredentials(handle) };
    return use === 'outbound'
      ? { ...common, use, initialize: (options) => client(system, info, handle, options) }
      : { ...common, use, accept: (options) => server(system, info, handle, options) };
  }
}

function client(
  system: System,
  info: PackageInfo,
  credentials: RawCredentials,
  { target, flags, channelBindings, allowWeak }: CheckedInitialize,
): ProviderContext {
  requireSystemPolicy(allowWeak);
  const bits = clientBitsOf(flags);
  const made = system.calls.newClientContext(credentials, target, bits, channelBindings);
  const handle = unwrap('InitializeSecurityContext', made);
  return new WindowsContext(system, handle, { role: 'client', package: info, required: flags });
}

function server(
  system: System,
  info: PackageInfo,
  credentials: RawCredentials,
  { flags, channelBindings, channelBindingPolicy, targets, allowWeak }: CheckedAccept,
): ProviderContext {
  requireSystemPolicy(allowWeak);
  if (targets !== undefined) {
    throw unsupported(
      "whether a client's target is checked is the system's policy: pass no targets",
    );
  }
  const bindings = channelBindingPolicy === 'ignore' ? undefined : channelBindings;
  const lenient = channelBindingPolicy === 'accept' ? ASC_REQ_ALLOW_MISSING_BINDINGS : 0;
  const bits = (serverBitsOf(flags) | lenient) >>> 0;
  const made = system.calls.newServerContext(credentials, bits, bindings);
  const handle = unwrap('AcceptSecurityContext', made);
  return new WindowsContext(system, handle, { role: 'server', package: info, required: flags });
}

/** What protects a stream, as Schannel does TLS, has records in place of messages: node:tls is for that. */
function requireMessages({ name, capabilities }: PackageInfo): void {
  if (capabilities.includes('stream')) {
    throw unsupported(`${name} protects a stream: it has no messages to sign or to seal`);
  }
}

/** NtlmMinClientSec, NtlmMinServerSec and what else an administrator sets. */
function requireSystemPolicy(allowWeak: readonly WeakSecurity[]): void {
  if (allowWeak.length > 0) {
    throw unsupported("how weak security may be is the system's policy: pass no allowWeak");
  }
}

/** Those whose pAuthData is a SEC_WINNT_AUTH_IDENTITY. */
const TAKE_IDENTITIES = ['negotiate', 'ntlm', 'kerberos'];

/** Undefined for the user or the service that this process runs as. */
function identityIn(request: CheckedCredentials): RawIdentity | undefined {
  if (request.use === 'outbound') {
    const { identity, package: info } = request;
    if (identity === undefined) return undefined;
    const raw = rawIdentityOf(identity);
    if (TAKE_IDENTITIES.includes(info.name.toLowerCase())) return raw;
    throw unsupported(`what ${info.name} takes for an identity is not known here`);
  }
  if (request.accounts !== undefined) {
    throw unsupported('Windows knows its accounts itself: the portable provider takes a lookup');
  }
  if (request.names !== undefined) {
    throw unsupported('Windows knows its names itself: the portable provider takes others');
  }
  return undefined;
}

function rawIdentityOf({
  user,
  domain,
  workstation,
  password,
  ntHash,
}: CheckedIdentity): RawIdentity {
  ntHash?.fill(0);
  if (password === undefined) {
    throw unsupported('Windows takes a password, no hash of one: the portable provider does');
  }
  if (workstation !== '') {
    throw unsupported('Windows names the workstation itself: the portable provider takes another');
  }
  if ([user, domain, password].some((text) => text.includes('\0'))) {
    throw unsupported('Windows takes no U+0000 in names and passwords');
  }
  return { user, domain, password };
}
