import type { AcceptOptions, InitializeOptions } from './context-options.js';
import type { Credentials, CredentialsRequest } from './credentials.js';
import type { SspiUnavailableReason } from './error.js';
import type { PackageInfo } from './packages.js';
import type { SecurityContext } from './security-context.js';

/** The provider that does the work, and why it was chosen. */
export interface SspiProviderDescription {
  /** `windows` calls secur32.dll; `portable` is NTLMv2, SPNEGO and Kerberos in TypeScript. */
  readonly name: 'windows' | 'portable';
  /** `requested` by the options, `found` in the operating system, or why Windows' SSPI is not available. */
  readonly reason: 'requested' | 'found' | SspiUnavailableReason;
  /** With `windows`: the full path of its DLL. */
  readonly library?: string;
}

/** The functions of sspi.h that authenticate the two sides and protect their messages. */
export interface Sspi {
  /** The provider that does the work. It never changes. */
  readonly provider: SspiProviderDescription;

  /**
   * EnumerateSecurityPackages.
   *
   * @returns a new array
   * @throws SspiError with the status of Windows; never with the portable provider
   */
  enumerateSecurityPackages(): PackageInfo[];
  /**
   * QuerySecurityPackageInfo.
   *
   * @param name of the package in any case, 1 to 1,024 UTF-16 units without NUL
   * @throws TypeError, RangeError for a wrong argument
   * @throws SspiError SEC_E_SECPKG_NOT_FOUND
   */
  querySecurityPackageInfo(name: string): PackageInfo;

  /**
   * AcquireCredentialsHandle. The portable provider keeps the NT hash of a password, or a copy of a hash; of Kerberos
   * the keys of the account. The Windows provider passes the password to Windows, overwrites its copy and keeps nothing.
   *
   * A Kerberos client of the portable provider logs on at once: the KDC says now whether the password is right. Its
   * contexts get tickets for their targets by it, and log on again with the same keys when the ticket expires. With a
   * credential cache nobody is asked before the first target; the cache is read again when a ticket expires, and new
   * tickets are added to it.
   *
   * @throws TypeError, RangeError for a wrong argument. The error never contains its value
   * @throws SspiError SEC_E_SECPKG_NOT_FOUND; SEC_E_NO_CREDENTIALS for a portable client of NTLM without an identity, a
   * portable server without accounts, a keytab that cannot be read or has no key, or a credential cache without a valid
   * ticket; SEC_E_UNKNOWN_CREDENTIALS, with `path` and `offset`, for a malformed keytab or cache; SEC_E_LOGON_DENIED,
   * SEC_E_TIME_SKEW, SEC_E_NO_AUTHENTICATING_AUTHORITY and others for the logon of a Kerberos client;
   * SEC_E_CANNOT_INSTALL for a malformed krb5.conf; SEC_E_UNSUPPORTED_FUNCTION for an option of another package, on
   * Windows for an NT hash, a workstation, a keytab, a credential cache, the option kerberos, accounts or names, which
   * Windows has no parameter for, and for a package without messages
   *
   * @example
   * import { openSspi } from 'tokenbinding/sspi';
   *
   * const sspi = openSspi({ provider: 'portable' });
   * // Credentials of a client:
   * const outbound = await sspi.acquireCredentialsHandle({
   *   package: 'Negotiate',
   *   use: 'outbound',
   *   identity: { user: 'alice', domain: 'EXAMPLE', password: 'correct horse' },
   * });
   * // Credentials of a server that knows one account:
   * const inbound = await sspi.acquireCredentialsHandle({
   *   package: 'Negotiate',
   *   use: 'inbound',
   *   accounts: ({ domain, user }) =>
   *     domain === 'EXAMPLE' && user === 'alice' ? { password: 'correct horse' } : undefined,
   * });
   * outbound.close();
   * inbound.close();
   */
  acquireCredentialsHandle(request: CredentialsRequest): Promise<Credentials>;

  /**
   * Creates the context of a client. Each {@link SecurityContext.step} is a call of InitializeSecurityContext; the
   * first takes no token, except in a datagram context or if the server speaks first.
   *
   * @param credentials outbound ones of this object
   * @throws TypeError, RangeError for a wrong argument
   * @throws SspiError SEC_E_INVALID_HANDLE if the credentials are closed; SEC_E_UNSUPPORTED_FUNCTION for
   * `mutual-auth` with NTLM, for `datagram` with a package that has no datagram contexts or with a detection, and
   * on Windows for `allowWeak`
   *
   * @example
   * import { openSspi } from 'tokenbinding/sspi';
   *
   * const sspi = openSspi({ provider: 'portable' });
   * const credentials = await sspi.acquireCredentialsHandle({
   *   package: 'NTLM',
   *   use: 'outbound',
   *   identity: { user: 'alice', domain: 'EXAMPLE', password: 'correct horse' },
   * });
   * const context = sspi.initializeSecurityContext(credentials, { target: 'HTTP/www.example.com' });
   * const { token, done } = await context.step();
   * // The first message of NTLM: send it, pass the answer to step(), and so on until done.
   * console.log(`Authorization: NTLM ${Buffer.from(token).toString('base64')}`, done);
   * context.close();
   * credentials.close();
   */
  initializeSecurityContext(credentials: Credentials, options?: InitializeOptions): SecurityContext;
  /**
   * Creates the context of a server. Each {@link SecurityContext.step} is a call of AcceptSecurityContext; the
   * first takes the first token of the client, and none in a datagram context.
   *
   * Without `targets`, channel bindings or `flags` with integrity the server accepts a relayed handshake. In a
   * process that is also a client, an attacker can relay the challenge of this context to that client and log on
   * as its account; integrity does not help if the attacker makes the client protect his messages too. Set
   * `targets` or channel bindings, and give the client an account that `accounts` does not know.
   *
   * @param credentials inbound ones of this object
   * @throws TypeError, RangeError for a wrong argument
   * @throws SspiError as {@link initializeSecurityContext}; SEC_E_UNSUPPORTED_FUNCTION on Windows for `targets` too
   *
   * @example
   * import { openSspi } from 'tokenbinding/sspi';
   *
   * const sspi = openSspi({ provider: 'portable' });
   * const identity = { user: 'alice', domain: 'EXAMPLE', password: 'correct horse' };
   * const client = sspi.initializeSecurityContext(
   *   await sspi.acquireCredentialsHandle({ package: 'NTLM', use: 'outbound', identity }),
   *   { target: 'HTTP/www.example.com' },
   * );
   *
   * const credentials = await sspi.acquireCredentialsHandle({
   *   package: 'NTLM',
   *   use: 'inbound',
   *   accounts: ({ domain, user }) =>
   *     domain === 'EXAMPLE' && user === 'alice' ? { password: 'correct horse' } : undefined,
   * });
   * const server = sspi.acceptSecurityContext(credentials, { targets: ['HTTP/www.example.com'] });
   * // The tokens of the client come over the network.
   * const { token } = await client.step();
   * const challenge = await server.step(token);
   * const authenticate = await client.step(challenge.token);
   * await server.step(authenticate.token);
   * console.log(server.queryContextAttributes('names').userName); // EXAMPLE\alice
   */
  acceptSecurityContext(credentials: Credentials, options?: AcceptOptions): SecurityContext;
}
