import type { RawCredentials, RawIdentity, RawSspiCalls } from '../native/raw-sspi.js';
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
import { WindowsContext } from './windows-context.js';
import {
  ASC_REQ_ALLOW_MISSING_BINDINGS,
  bitsOf,
  CLIENT_BITS,
  SERVER_BITS,
} from './windows-flags.js';
import { packageInfoOf } from './windows-packages.js';

/** SECPKG_CRED_ numbers. */
const USES = { inbound: 1, outbound: 2 } as const;

/**
 * secur32.dll: the operating system authenticates, knows the accounts and sets the policy. What its calls
 * have no way to say is refused.
 */
export class WindowsSspi implements SspiProvider {
  readonly #calls: RawSspiCalls;

  constructor(calls: RawSspiCalls) {
    this.#calls = calls;
  }

  enumerateSecurityPackages(): PackageInfo[] {
    const answer = this.#calls.enumerateSecurityPackages();
    return unwrap('EnumerateSecurityPackages', answer).map(packageInfoOf);
  }

  async acquireCredentialsHandle(request: CheckedCredentials): Promise<ProviderCredentials> {
    const calls = this.#calls;
    const identity = identityIn(request);
    const answer = calls.querySecurityPackageInfo(request.package);
    const info = packageInfoOf(unwrap('QuerySecurityPackageInfo', answer));
    const acquired = calls.acquireCredentialsHandle(info.name, USES[request.use], identity);
    const handle = unwrap('AcquireCredentialsHandle', await acquired);
    const common = { package: info, close: () => calls.closeCredentials(handle) };
    return request.use === 'outbound'
      ? { ...common, use: 'outbound', initialize: (options) => client(calls, handle, options) }
      : { ...common, use: 'inbound', accept: (options) => server(calls, handle, options) };
  }
}

function client(
  calls: RawSspiCalls,
  credentials: RawCredentials,
  { target, flags, channelBindings, allowWeak }: CheckedInitialize,
): ProviderContext {
  requireSystemPolicy(allowWeak);
  const bits = bitsOf(flags, CLIENT_BITS);
  const made = calls.newClientContext(credentials, target, bits, channelBindings);
  const handle = unwrap('InitializeSecurityContext', made);
  return new WindowsContext(calls, handle, 'client', flags);
}

function server(
  calls: RawSspiCalls,
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
  const bits = bitsOf(flags, SERVER_BITS) | lenient;
  const made = calls.newServerContext(credentials, bits, bindings);
  const handle = unwrap('AcceptSecurityContext', made);
  return new WindowsContext(calls, handle, 'server', flags);
}

/** NtlmMinClientSec, NtlmMinServerSec and what else an administrator sets. */
function requireSystemPolicy(allowWeak: readonly WeakSecurity[]): void {
  if (allowWeak.length > 0) {
    throw unsupported("how weak security may be is the system's policy: pass no allowWeak");
  }
}

/** Undefined for the user or the service that this process runs as. */
function identityIn(request: CheckedCredentials): RawIdentity | undefined {
  if (request.use === 'outbound') {
    return request.identity === undefined ? undefined : rawIdentityOf(request.identity);
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
