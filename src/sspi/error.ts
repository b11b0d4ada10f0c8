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
  /** The invalid field, by its name in MS-NLMP 2.2 or RFC 4178. Only with SEC_E_INVALID_TOKEN. */
  path?: string;
  /** Offset of that field in the token, in bytes. */
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
 * - `SEC_E_LOGON_DENIED`: the user, domain or password is wrong, or the client is anonymous or uses NTLMv1.
 * - `SEC_E_MESSAGE_ALTERED`: a message or a handshake token was modified in transit.
 * - `SEC_E_OUT_OF_SEQUENCE`: a message is replayed or not the next one of its direction (MS-NLMP 3.4.4).
 * - `SEC_E_BAD_BINDINGS`: the client's channel bindings are missing or are those of another channel (RFC 5056).
 * - `SEC_E_WRONG_PRINCIPAL`: the client authenticated to another target.
 * - `SEC_E_UNSUPPORTED_FUNCTION`: the context does not provide the call, the peer does not offer what is required,
 *   or Windows' API cannot express the request. Has `reason` or `file` if the Windows provider is not available.
 * - `SEC_E_QOP_NOT_SUPPORTED`: a message is signed where it must be encrypted, or a signature has a quality of
 *   protection that the package does not use.
 * - `SEC_E_SECPKG_NOT_FOUND`: there is no such package, or the peer supports no package in common.
 * - `SEC_E_NO_CREDENTIALS`: a client has no identity, or a server has no accounts.
 * - `SEC_E_NO_AUTHENTICATING_AUTHORITY`: the account lookup failed. Has `cause`.
 * - `SEC_E_INVALID_HANDLE`: wrong state: the handshake is incomplete or has failed, a step is in progress, or the
 *   context is closed.
 * - `SEC_E_CONTEXT_EXPIRED`: 2^32 messages were sent in one direction.
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
  /** The invalid field, by its name in MS-NLMP 2.2 or RFC 4178. Only with SEC_E_INVALID_TOKEN. */
  declare readonly path?: string;
  /** Offset of that field in the token, in bytes. */
  declare readonly offset?: number;
  /** Why the Windows provider is not available. Only with SEC_E_UNSUPPORTED_FUNCTION. */
  declare readonly reason?: SspiUnavailableReason;
  /** Path of an addon that exists and does not load. */
  declare readonly file?: string;
  /** The status of the function of Windows that failed. With any code. */
  declare readonly os?: OsStatus;

  /** @param details the properties of the error, and its cause */
  constructor(code: SspiErrorCode, message: string, details: SspiErrorDetails = {}) {
    const { cause, ...properties } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = code === 'ERR_SSPI_OS' ? (details.os?.status ?? 0) : STATUS[code];
    this.hex = hexOf(this.status);
    Object.assign(this, properties);
  }
}
