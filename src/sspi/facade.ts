import { types } from 'node:util';
import { invalidArgType } from '../bytes/check.js';
import { checkAccept, checkInitialize, checkPackageName } from './arguments.js';
import { ContextFacade } from './context-facade.js';
import type { AcceptOptions, InitializeOptions } from './context-options.js';
import type { Credentials, CredentialsRequest, NegotiateMechanism } from './credentials.js';
import { checkCredentials } from './credentials-arguments.js';
import { invalidHandle } from './failure.js';
import type { Sspi, SspiProviderDescription } from './interface.js';
import type { PackageInfo } from './packages.js';
import type { CheckedCredentials, ProviderCredentials, SspiProvider } from './provider.js';
import type { SecurityContext } from './security-context.js';

/** Checks the arguments of every call and passes it to a provider. */
export class SspiFacade implements Sspi {
  readonly provider: SspiProviderDescription;
  readonly #work: SspiProvider;

  constructor(description: SspiProviderDescription, work: SspiProvider) {
    this.provider = Object.freeze(description);
    this.#work = work;
  }

  enumerateSecurityPackages(): PackageInfo[] {
    return this.#work.enumerateSecurityPackages();
  }

  querySecurityPackageInfo(name: string): PackageInfo {
    return this.#work.querySecurityPackageInfo(checkPackageName('name', name));
  }

  async acquireCredentialsHandle(request: CredentialsRequest): Promise<Credentials> {
    const find = (name: string) => this.#work.querySecurityPackageInfo(name);
    const checked = checkCredentials(request, find);
    try {
      return new CredentialsFacade(this, await this.#work.acquireCredentialsHandle(checked));
    } finally {
      overwriteCopies(checked);
    }
  }

  initializeSecurityContext(
    credentials: Credentials,
    options: InitializeOptions = {},
  ): SecurityContext {
    // First the options: a getter could close the credentials.
    const checked = checkInitialize(options);
    const work = CredentialsFacade.workOf(credentials, this);
    if (work?.use !== 'outbound') throw wrongCredentials('outbound', credentials, work);
    return new ContextFacade(work.initialize(checked), checked.flags.includes('datagram'));
  }

  acceptSecurityContext(credentials: Credentials, options: AcceptOptions = {}): SecurityContext {
    const checked = checkAccept(options);
    const work = CredentialsFacade.workOf(credentials, this);
    if (work?.use !== 'inbound') throw wrongCredentials('inbound', credentials, work);
    return new ContextFacade(work.accept(checked), checked.flags.includes('datagram'));
  }
}

const NO_KEYTAB = { keytab: undefined } as const;

/** A provider has copies of what it needs. */
function overwriteCopies(checked: CheckedCredentials): void {
  const { keytab } = (checked.use === 'inbound' ? checked : checked.identity) ?? NO_KEYTAB;
  if (keytab instanceof Uint8Array) keytab.fill(0);
  if (checked.use === 'outbound') checked.identity?.ntHash?.fill(0);
}

function wrongCredentials(
  use: string,
  value: unknown,
  work: ProviderCredentials | undefined,
): TypeError {
  const wanted = `${use} credentials of this openSspi()`;
  if (types.isPromise(value)) {
    return invalidArgType(
      'credentials',
      `${wanted}, not a Promise: await acquireCredentialsHandle()`,
    );
  }
  return invalidArgType(
    'credentials',
    work === undefined ? wanted : `${wanted}, not ${work.use} ones`,
  );
}

class CredentialsFacade implements Credentials {
  readonly package: PackageInfo;
  readonly use: 'outbound' | 'inbound';
  readonly negotiate: readonly NegotiateMechanism[] | undefined;
  readonly #owner: Sspi;
  readonly #work: ProviderCredentials;
  #isClosed = false;

  constructor(owner: Sspi, work: ProviderCredentials) {
    this.package = work.package;
    this.use = work.use;
    this.negotiate = work.negotiate && Object.freeze([...work.negotiate]);
    this.#owner = owner;
    this.#work = work;
  }

  /**
   * The provider's credentials, or undefined if `value` is no credentials of `owner`.
   *
   * @throws SspiError SEC_E_INVALID_HANDLE for credentials that are closed
   */
  static workOf(value: unknown, owner: Sspi): ProviderCredentials | undefined {
    const isOne = typeof value === 'object' && value !== null && #work in value;
    if (!isOne || value.#owner !== owner) return undefined;
    if (value.#isClosed) throw invalidHandle('the credentials are closed');
    return value.#work;
  }

  close(): void {
    this.#isClosed = true;
    this.#work.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
