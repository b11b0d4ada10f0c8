import { openPortable } from '../../src/conformance/sspi/kerberos/open-portable.js';
import { type KerberosService, newService } from '../../src/conformance/sspi/kerberos/service.js';
import type { AcceptOptions, InitializeOptions } from '../../src/sspi.js';
import { type SecurityContext, type Sspi, SspiError } from '../../src/sspi.js';

/** The service of Kerberos of all stand-ins. */
export const SERVICE: KerberosService = newService();

/** The calls of a context to replace with faulty ones. */
export type Fault = (
  context: SecurityContext,
  role: 'client' | 'server',
) => Partial<SecurityContext>;

export interface StandInOptions {
  readonly fault?: Fault;
  /** Changes the options of a server's contexts. */
  readonly accept?: (options: AcceptOptions) => AcceptOptions;
  /** Changes the options of a client's contexts. */
  readonly initialize?: (options: InitializeOptions) => InitializeOptions;
}

/** A stand-in for another implementation: the portable provider, with faults that a test plants. */
export function faultySspi({
  fault = () => ({}),
  accept = (options) => options,
  initialize = (options) => options,
}: StandInOptions): Sspi {
  const sspi = openPortable(SERVICE);
  return Object.assign(Object.create(sspi) as Sspi, {
    provider: sspi.provider,
    enumerateSecurityPackages: () => sspi.enumerateSecurityPackages(),
    acquireCredentialsHandle: sspi.acquireCredentialsHandle.bind(sspi),
    initializeSecurityContext: (
      ...[credentials, options = {}]: Parameters<Sspi['initializeSecurityContext']>
    ) => planted(sspi.initializeSecurityContext(credentials, initialize(options)), 'client', fault),
    acceptSecurityContext: (
      ...[credentials, options = {}]: Parameters<Sspi['acceptSecurityContext']>
    ) => planted(sspi.acceptSecurityContext(credentials, accept(options)), 'server', fault),
  } satisfies Partial<Sspi>);
}

/** Counts the logons at a stand-in for Windows. */
export interface WindowsUse {
  /** Logons that failed with the name of its own user. */
  failures: number;
  logons: number;
}

export const WINDOWS_ACCOUNT = { user: 'HOST\\tester', password: 'of the account' };
const OWN_USER = { user: 'me', domain: 'HOST', password: 'of the user who runs this' };

/**
 * A stand-in for Windows' SSPI: the portable provider with two accounts of its own, one of them the user of this
 * process, and the keys of its own service. It rejects accounts, names and keytabs.
 */
export function windowsStandIn(
  use: WindowsUse = { failures: 0, logons: 0 },
  faults: StandInOptions = {},
): Sspi {
  const sspi = faultySspi(faults);
  const step = async (context: SecurityContext, token?: Uint8Array) => {
    try {
      const answer = await context.step(token);
      if (answer.done) use.logons++;
      return answer;
    } catch (error) {
      if (error instanceof SspiError && error.code === 'SEC_E_LOGON_DENIED') use.failures++;
      throw error;
    }
  };
  const counting: Fault = (context, role) =>
    role === 'server' ? { step: (token) => step(context, token) } : {};
  return Object.assign(Object.create(sspi) as Sspi, {
    provider: {
      name: 'windows',
      reason: 'requested',
      library: 'C:\\Windows\\System32\\secur32.dll',
    },
    enumerateSecurityPackages: () => sspi.enumerateSecurityPackages(),
    acquireCredentialsHandle: async (request) => {
      if (request.use === 'outbound') {
        return sspi.acquireCredentialsHandle({
          ...request,
          identity: request.identity ?? OWN_USER,
        });
      }
      if (request.accounts ?? request.names ?? request.keytab) {
        throw new SspiError('SEC_E_UNSUPPORTED_FUNCTION', 'it knows its accounts and names itself');
      }
      if (request.package === 'Kerberos') {
        return sspi.acquireCredentialsHandle({ ...request, keytab: SERVICE.keytab });
      }
      return sspi.acquireCredentialsHandle({ ...request, accounts: accountOf });
    },
    initializeSecurityContext: (...args) => sspi.initializeSecurityContext(...args),
    acceptSecurityContext: (...args) =>
      planted(sspi.acceptSecurityContext(...args), 'server', counting),
  } satisfies Partial<Sspi>);
}

function accountOf({ user }: { readonly user: string }): { readonly password: string } | undefined {
  if (user === OWN_USER.user) return { password: OWN_USER.password };
  return user === 'tester' ? { password: WINDOWS_ACCOUNT.password } : undefined;
}

/** A context with some of its calls replaced. */
function planted(
  context: SecurityContext,
  role: 'client' | 'server',
  fault: Fault,
): SecurityContext {
  const others = fault(context, role);
  return new Proxy(context, {
    get: (target, name) => {
      const value = Reflect.get(name in others ? others : target, name);
      return typeof value === 'function' ? value.bind(name in others ? others : target) : value;
    },
  });
}
