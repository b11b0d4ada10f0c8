import type { SspiUnavailableReason } from '../errors.js';
import type { AcceptOptions, InitializeOptions } from './context-options.js';
import type { Credentials, CredentialsRequest } from './credentials.js';
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

  /** EnumerateSecurityPackages. */
  enumerateSecurityPackages(): PackageInfo[];
  /** @throws SspiError SEC_E_SECPKG_NOT_FOUND */
  querySecurityPackageInfo(name: string): PackageInfo;

  /**
   * AcquireCredentialsHandle. The portable provider keeps of a password only its hash, of a hash a copy;
   * the Windows provider neither, it hands the password to Windows and overwrites its own copy.
   *
   * @throws SspiError SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_CREDENTIALS for a client without an identity or a
   * server without accounts: the portable provider knows no logged-on user; SEC_E_UNSUPPORTED_FUNCTION
   * for a hash, a workstation, accounts or names with the Windows provider: Windows takes none of them
   */
  acquireCredentialsHandle(request: CredentialsRequest): Promise<Credentials>;

  /** Begins a context of a client: call {@link SecurityContext.step} without a token. */
  initializeSecurityContext(credentials: Credentials, options?: InitializeOptions): SecurityContext;
  /** Begins a context of a server: call {@link SecurityContext.step} with the client's first token. */
  acceptSecurityContext(credentials: Credentials, options?: AcceptOptions): SecurityContext;
}
