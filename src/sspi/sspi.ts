import type { AcceptOptions, InitializeOptions } from './context-options.js';
import type { Credentials, CredentialsRequest } from './credentials.js';
import type { SspiUnavailableReason } from './error.js';
import type { PackageInfo } from './packages.js';
import type { SecurityContext } from './security-context.js';

/** Who does the work, and why. */
export interface SspiProviderDescription {
  readonly name: 'windows' | 'portable';
  /** `requested`, `found` in the operating system, or why Windows' own is not there. */
  readonly reason: 'requested' | 'found' | SspiUnavailableReason;
  /** Of Windows' own: the path of its DLL. */
  readonly library?: string;
}

/** The functions of sspi.h that authenticate and protect messages. */
export interface Sspi {
  /** Who does the work, and why; decided when this object was opened. */
  readonly provider: SspiProviderDescription;

  /** EnumerateSecurityPackages: a list of the caller's own. */
  enumerateSecurityPackages(): PackageInfo[];
  /**
   * QuerySecurityPackageInfo.
   *
   * @param name 1 to 1,024 characters, in any case
   * @throws TypeError, RangeError for a wrong argument
   * @throws SspiError SEC_E_SECPKG_NOT_FOUND
   */
  querySecurityPackageInfo(name: string): PackageInfo;

  /**
   * AcquireCredentialsHandle. The portable provider keeps of a password only its hash, of a hash a copy;
   * the Windows provider neither, it hands the password to Windows and overwrites its own copy.
   *
   * @throws TypeError, RangeError for a wrong argument; the message never has its value
   * @throws SspiError SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_CREDENTIALS for a client without an identity or a
   * server without accounts: the portable provider knows no logged-on user; SEC_E_UNSUPPORTED_FUNCTION
   * for a hash, a workstation, accounts or names with the Windows provider: Windows takes none of them
   */
  acquireCredentialsHandle(request: CredentialsRequest): Promise<Credentials>;

  /**
   * The first call of InitializeSecurityContext, without its token: begins a context of a client, which then
   * takes {@link SecurityContext.step} without a token.
   *
   * @throws TypeError, RangeError for a wrong argument, such as credentials of a server
   * @throws SspiError SEC_E_INVALID_HANDLE when the credentials are closed; SEC_E_UNSUPPORTED_FUNCTION for
   * `datagram` with a package that has none, or with a detection
   */
  initializeSecurityContext(credentials: Credentials, options?: InitializeOptions): SecurityContext;
  /**
   * The first call of AcceptSecurityContext, without its token: begins a context of a server, which then takes
   * {@link SecurityContext.step} with the client's first token; of a datagram context without one.
   *
   * Without `targets`, channel bindings or `flags` with integrity a handshake that was relayed is accepted. In a
   * process that is a client too, somebody can hand the challenge of this context to that client, and is then
   * accepted as its account: integrity does not help if he gets the client to protect his messages too. Set
   * `targets`, or channel bindings, and give the client an account that `accounts` does not know.
   *
   * @throws TypeError, RangeError, SspiError as {@link initializeSecurityContext}
   */
  acceptSecurityContext(credentials: Credentials, options?: AcceptOptions): SecurityContext;
}
