import type { RawCredentials, RawIdentity, RawSspiCalls } from '../../native/raw-sspi.js';
import type { WeakSecurity } from '../context-options.js';
import { unsupported } from '../failure.js';
import type { PackageInfo } from '../packages.js';
import type {
  CheckedAccept,
  CheckedCredentials,
  CheckedIdentity,
  CheckedInitialize,
  ProviderContext,
  ProviderCredentials,
  SspiProvider,
} from '../provider.js';
import { WindowsContext } from './context.js';
import { ASC_REQ_ALLOW_MISSING_BINDINGS, clientBitsOf, serverBitsOf } from './flags.js';
import { requireSuccess } from './os-error.js';
import { packageInfoOf } from './package-info.js';

/** SECPKG_CRED_ numbers. */
const USES = { inbound: 1, outbound: 2 } as const;

/**
 * SSPI of secur32.dll: the operating system authenticates, knows the accounts and sets the policy. Options that
 * its calls have no parameter for are rejected.
 */
export class WindowsSspi implements SspiProvider {
  readonly #calls: RawSspiCalls;

  constructor(calls: RawSspiCalls) {
    this.#calls = calls;
  }

  enumerateSecurityPackages(): PackageInfo[] {
    const answer = this.#calls.enumerateSecurityPackages();
    return requireSuccess('EnumerateSecurityPackages', answer).map(packageInfoOf);
  }

  querySecurityPackageInfo(name: string): PackageInfo {
    const answer = this.#calls.querySecurityPackageInfo(name);
    return packageInfoOf(requireSuccess('QuerySecurityPackageInfo', answer));
  }

  async acquireCredentialsHandle(request: CheckedCredentials): Promise<ProviderCredentials> {
    const calls = this.#calls;
    const { package: info, use } = request;
    const identity = identityIn(request);
    requireMessages(info);
    const acquired = calls.acquireCredentialsHandle(info.name, USES[use], identity);
    const handle = requireSuccess('AcquireCredentialsHandle', await acquired);
    const common = { package: info, close: () => calls.closeCredentials(handle) };
    return use === 'outbound'
      ? { ...common, use, initialize: (options) => newClientContext(calls, info, handle, options) }
      : { ...common, use, accept: (options) => newServerContext(calls, info, handle, options) };
  }
}

function newClientContext(
  calls: RawSspiCalls,
  info: PackageInfo,
  credentials: RawCredentials,
  { target, flags, channelBindings, allowWeak }: CheckedInitialize,
): ProviderContext {
  requireSystemPolicy(allowWeak);
  const bits = clientBitsOf(flags);
  const made = calls.newClientContext(credentials, target, bits, channelBindings);
  const handle = requireSuccess('InitializeSecurityContext', made);
  return new WindowsContext(calls, handle, { role: 'client', package: info, required: flags });
}

function newServerContext(
  calls: RawSspiCalls,
  info: PackageInfo,
  credentials: RawCredentials,
  { flags, channelBindings, channelBindingPolicy, targets, allowWeak }: CheckedAccept,
): ProviderContext {
  requireSystemPolicy(allowWeak);
  if (targets !== undefined) {
    throw unsupported("Windows' policy decides whether targets are checked: pass no targets");
  }
  const bindings = channelBindingPolicy === 'ignore' ? undefined : channelBindings;
  const lenient = channelBindingPolicy === 'accept' ? ASC_REQ_ALLOW_MISSING_BINDINGS : 0;
  const bits = (serverBitsOf(flags) | lenient) >>> 0;
  const made = calls.newServerContext(credentials, bits, bindings);
  const handle = requireSuccess('AcceptSecurityContext', made);
  return new WindowsContext(calls, handle, { role: 'server', package: info, required: flags });
}

/** A package that protects a stream, as Schannel does TLS, has records and no messages. */
function requireMessages({ name, capabilities }: PackageInfo): void {
  if (capabilities.includes('stream')) {
    throw unsupported(`${name} protects a stream and no messages: use node:tls for TLS`);
  }
}

/** NtlmMinClientSec, NtlmMinServerSec and other settings of the administrator. */
function requireSystemPolicy(allowWeak: readonly WeakSecurity[]): void {
  if (allowWeak.length > 0) {
    throw unsupported("Windows' policy decides which weak security is allowed: pass no allowWeak");
  }
}

/** The packages whose pAuthData is a SEC_WINNT_AUTH_IDENTITY. */
const ACCEPTS_IDENTITY = ['negotiate', 'ntlm', 'kerberos'];

/** Undefined for the user or the service that runs this process. */
function identityIn(request: CheckedCredentials): RawIdentity | undefined {
  if (request.negotiate !== undefined) {
    throw unsupported('Windows chooses its mechanisms itself: pass no negotiate');
  }
  if (request.use === 'outbound') {
    const { identity, package: info } = request;
    if (request.kerberos !== undefined) {
      throw unsupported('Windows configures Kerberos itself: pass no option kerberos');
    }
    if (identity === undefined) return undefined;
    const raw = rawIdentityOf(identity);
    if (ACCEPTS_IDENTITY.includes(info.name.toLowerCase())) return raw;
    throw unsupported(`an identity for the package ${info.name} is not supported`);
  }
  if (request.accounts !== undefined) {
    throw unsupported('Windows has its own accounts: only the portable provider takes a lookup');
  }
  if (request.keytab !== undefined) {
    throw unsupported('Windows has its own keys: only the portable provider takes a keytab');
  }
  if (request.names !== undefined) {
    throw unsupported('Windows has its own names: only the portable provider takes others');
  }
  return undefined;
}

function rawIdentityOf(identity: CheckedIdentity): RawIdentity {
  if (identity.password === undefined) {
    throw unsupported(
      'Windows takes a password: only the portable provider takes an NT hash, a keytab or a credential cache',
    );
  }
  const { user, domain, workstation, password } = identity;
  if (workstation !== '') {
    throw unsupported('Windows sends its own workstation: only the portable provider takes one');
  }
  if ([user, domain, password].some((text) => text.includes('\0'))) {
    throw unsupported('Windows takes no U+0000 in names and passwords');
  }
  return { user, domain, password };
}
