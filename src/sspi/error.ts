import { withoutPrototype } from '../bytes/without-prototype.js';
import { hexOf, type OsStatus, type SecurityStatus, STATUS } from '../native/status.js';

/**
 * Every `code` of an {@link SspiError}: a SEC_E_ name of winerror.h, or `ERR_SSPI_OS`. The union is closed: a
 * switch over it can be exhaustive.
 */
export type SspiErrorCode = SecurityStatus | 'ERR_SSPI_OS';

/**
 * Why the Windows provider of SSPI is not available.
 *
 * - `not-windows`: the operating system is not Windows.
 * - `addon-missing`: the package has no addon for this architecture.
 * - `bundled`: the code runs from a bundle, and `addonPath` names no addon.
 * - `library-missing`: Windows has no secur32.dll.
 * - `symbol-missing`: the DLL lacks a function.
 */
export type SspiUnavailableReason =
  | 'not-windows'
  | 'addon-missing'
  | 'bundled'
  | 'library-missing'
  | 'symbol-missing';

/** The properties that an {@link SspiError} can have besides its code and message. */
export interface SspiErrorDetails {
  /**
   * The invalid field, by its name in MS-NLMP 2.2, RFC 4178 or RFC 4120. Only with SEC_E_INVALID_TOKEN and
   * SEC_E_UNKNOWN_CREDENTIALS.
   */
  path?: string;
  /** Offset of that field in the token, the keytab or the credential cache, in bytes. */
  offset?: number;
  /** Why the Windows provider is not available. Only with SEC_E_UNSUPPORTED_FUNCTION. */
  reason?: SspiUnavailableReason;
  /** Path of an addon that exists and does not load. */
  file?: string;
  /** The status of the function of Windows that failed. With any code. */
  os?: OsStatus;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * Thrown for every failure of SSPI except a wrong argument, with the names and numbers of winerror.h. A wrong
 * argument is a `TypeError` (wrong type) or a `RangeError` (wrong value) that names the argument.
 *
 * The Windows provider passes on the status of Windows: any code of the union, with `os`. What a code means there is
 * on Windows' page of the function. The package itself throws these codes:
 *
 * - `SEC_E_INVALID_TOKEN`: a token or signature is malformed. Has `path` and `offset` if one field is invalid.
 * - `SEC_E_LOGON_DENIED`: the user, domain or password is wrong, the client is anonymous or uses NTLMv1, or its name
 *   has control characters. With Kerberos, the account is also locked, disabled or expired, the authenticator and the
 *   ticket name different clients, the name is empty or well-known (RFC 6111), or the realms between them are not
 *   checked.
 * - `SEC_E_MESSAGE_ALTERED`: a message, a handshake token or the answer of a KDC was modified in transit, or the answer
 *   belongs to another request.
 * - `SEC_E_OUT_OF_SEQUENCE`: a message is replayed or not the next one of its direction (MS-NLMP 3.4.4), or a
 *   Kerberos authenticator is replayed (RFC 4120 3.2.3).
 * - `SEC_E_BAD_BINDINGS`: the client's channel bindings are missing or are those of another channel (RFC 5056).
 * - `SEC_E_WRONG_PRINCIPAL`: the client authenticated to another target.
 * - `SEC_E_UNSUPPORTED_FUNCTION`: the context does not provide the call, the peer does not offer what is required,
 *   or Windows' API cannot express the request. Has `reason` or `file` if the Windows provider is not available.
 * - `SEC_E_QOP_NOT_SUPPORTED`: a message is signed where it must be encrypted, or a signature has a quality of
 *   protection that the package does not use.
 * - `SEC_E_SECPKG_NOT_FOUND`: there is no such package, or the peer supports no package in common.
 * - `SEC_E_TARGET_UNKNOWN`: a Kerberos client has no target, its target has another form than `service/host`, or the
 *   KDC knows no such service.
 * - `SEC_E_MUTUAL_AUTH_FAILED`: a Kerberos server did not prove its identity.
 * - `SEC_E_NO_CREDENTIALS`: a client has no identity, no keytab with a key of its user, or no credential cache with a
 *   valid ticket; or a server has no accounts, or no keytab that can be read.
 * - `SEC_E_UNKNOWN_CREDENTIALS`: a keytab or a credential cache is malformed, with `path` and `offset`, or the cache is
 *   not only in the hands of this user.
 * - `SEC_E_CANNOT_INSTALL`: a krb5.conf is malformed, or one that is named does not exist. The message has its file and
 *   the line.
 * - `SEC_E_NO_KERB_KEY`: the keytab has no key with the encryption type, the version and the realm of the ticket, or
 *   none for a target.
 * - `SEC_E_KDC_UNKNOWN_ETYPE`: a Kerberos key or ticket has an encryption type that is unknown, or weak and not allowed,
 *   or the KDC has no key with one that was requested.
 * - `SEC_E_UNSUPPORTED_PREAUTH`: the KDC wants another logon than with a password, or an unacceptable number of
 *   iterations for its key.
 * - `SEC_E_MAX_REFERRALS_EXCEEDED`: KDCs refer a Kerberos client to more than 10 realms, or in a circle.
 * - `SEC_E_KDC_UNABLE_TO_REFER`: the user belongs to another realm than the one that was asked.
 * - `SEC_E_NO_TGT_REPLY`: the service wants user-to-user authentication, which is not supported.
 * - `SEC_E_KDC_INVALID_REQUEST`: the KDC rejected a request for another reason. The message has its error code.
 * - `SEC_E_TIME_SKEW`: the clocks of a Kerberos client and of the server or the KDC differ by more than 300 s, or the
 *   ticket is not valid yet.
 * - `SEC_E_INSUFFICIENT_MEMORY`: the replay cache of Kerberos servers is full, or the share of the client. The operating
 *   system opens no file or connection for Kerberos, or too many requests wait for the KDC.
 * - `SEC_E_NO_AUTHENTICATING_AUTHORITY`: the account lookup failed, with `cause`; or no KDC of the realm is known or
 *   answers.
 * - `SEC_E_INVALID_HANDLE`: wrong state: the handshake is incomplete or has failed, a step is in progress, or the
 *   context is closed.
 * - `SEC_E_CONTEXT_EXPIRED`: 2^32 messages were sent in one direction, or a Kerberos ticket is expired.
 * - `ERR_SSPI_OS`: a function of Windows failed with a status that is not a SEC_E_ name, or reported success
 *   with an invalid result. Has `os`.
 *
 * @example
 * import { openSspi, SspiError } from 'tokenbinding/sspi';
 *
 * const sspi = openSspi({ provider: 'portable' });
 * try {
 *   await sspi.querySecurityPackageInfo('Schannel');
 * } catch (error) {
 *   if (!(error instanceof SspiError)) throw error;
 *   console.log(error.code, error.hex); // SEC_E_SECPKG_NOT_FOUND 0x80090305
 * }
 */
export class SspiError extends Error {
  override readonly name = 'SspiError';
  /** The name of the status in winerror.h, or ERR_SSPI_OS for a status that has no name here. */
  readonly code: SspiErrorCode;
  /** The number of the code as unsigned 32 bits. With ERR_SSPI_OS the status of the function, 0 for success. */
  readonly status: number;
  /** `status` in the notation of Windows' documentation: `0x8009030F`. */
  readonly hex: string;
  /**
   * The invalid field, by its name in MS-NLMP 2.2, RFC 4178 or RFC 4120. Only with SEC_E_INVALID_TOKEN and
   * SEC_E_UNKNOWN_CREDENTIALS.
   */
  declare readonly path?: string;
  /** Offset of that field in the token, the keytab or the credential cache, in bytes. */
  declare readonly offset?: number;
  /** Why the Windows provider is not available. Only with SEC_E_UNSUPPORTED_FUNCTION. */
  declare readonly reason?: SspiUnavailableReason;
  /** Path of an addon that exists and does not load. */
  declare readonly file?: string;
  /** The status of the function of Windows that failed. With any code. */
  declare readonly os?: OsStatus;

  /** @param details the properties of the error, and its cause */
  constructor(code: SspiErrorCode, message: string, details: SspiErrorDetails = {}) {
    const own = withoutPrototype({ ...details });
    const { cause, ...properties } = own;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = code === 'ERR_SSPI_OS' ? (own.os?.status ?? 0) : STATUS[code];
    this.hex = hexOf(this.status);
    Object.assign(this, properties);
  }
}
