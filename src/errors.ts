import { hexOf, type SecurityStatus, STATUS } from './native/status.js';

/** Every `code` a {@link TokenBindingError} can carry. The union is closed: a switch over it can be exhaustive. */
export type TokenBindingErrorCode =
  | 'ERR_TB_MALFORMED'
  | 'ERR_TB_SIGNATURE'
  | 'ERR_TB_KEY_TYPE'
  | 'ERR_TB_UNUSABLE_KEY'
  | 'ERR_TB_NEGOTIATION'
  | 'ERR_TB_NOT_SUPPORTED'
  | 'ERR_TB_KEY_NOT_FOUND'
  | 'ERR_TB_KEY_STORE'
  | 'ERR_TB_RECORDING'
  | 'ERR_TB_UNAVAILABLE'
  | 'ERR_TB_OS';

/**
 * Why the Windows provider is not there.
 *
 * - `not-windows`: this is another operating system.
 * - `addon-missing`: the package has no addon for this architecture.
 * - `bundled`: this code does not run from the package's own folder, and `addonPath` names no addon.
 * - `library-missing`: there is no tokenbinding.dll.
 * - `library-too-old`: the DLL is of the first Token Binding drafts, whose functions have the same
 *   names and other parameters.
 * - `symbol-missing`: the DLL lacks one of the functions.
 */
export type UnavailableReason =
  | 'not-windows'
  | 'addon-missing'
  | 'bundled'
  | 'library-missing'
  | 'library-too-old'
  | 'symbol-missing';

/** The status that a function of Windows answered with. */
export interface OsStatus {
  /** As tokenbinding.h, sspi.h or the Windows documentation names it. */
  readonly function: string;
  /** Unsigned 32 bits. */
  readonly status: number;
  /** The same as Windows' documentation writes it: `0x80090006`. */
  readonly hex: string;
  /** Its symbolic name in winerror.h or ntstatus.h, where it has one. */
  readonly name?: string;
}

export interface TokenBindingErrorDetails {
  /** The field that broke a rule, in RFC 8471 names: `tokenbindings[0].tokenbindingid.key_length`. */
  path?: string;
  /** Offset of that field in the input, in bytes (in characters for base64url text). */
  offset?: number;
  /** With ERR_TB_UNAVAILABLE: why the provider asked for is not there. */
  reason?: UnavailableReason;
  /** The file or folder at fault: of a key store, a recording, or an addon that does not load. */
  file?: string;
  /** What the operating system answered, whatever the code: its refusals keep their number. */
  os?: OsStatus;
  cause?: unknown;
}

/**
 * Any failure that is not a wrong argument. Wrong arguments are a `TypeError` (kind) or a
 * `RangeError` (value) that names the argument, thrown before any work is done.
 *
 * - `ERR_TB_MALFORMED`: the bytes are not the structure they should be (RFC 8471 3), or a message has more
 *   TokenBindings than `maxTokenBindings` allows. Has `path` and `offset`.
 * - `ERR_TB_SIGNATURE`: a signature is not valid for the exporter value and key, or none could be evaluated
 *   (RFC 8471 4.2). Has `path`. An EKM of another connection is the usual cause.
 * - `ERR_TB_KEY_TYPE`: the provided binding is not of the negotiated key parameters (RFC 8471 4.2). Has `path`.
 * - `ERR_TB_UNUSABLE_KEY`: a public key is off its curve, of the wrong size or not of the type claimed. May have `path`.
 * - `ERR_TB_NEGOTIATION`: the server's answer breaks RFC 8472 4; a client answers it with the alert unsupported_extension.
 * - `ERR_TB_NOT_SUPPORTED`: this provider, key store or TLS connection cannot do what was asked.
 * - `ERR_TB_KEY_NOT_FOUND`: there is no key for the target.
 * - `ERR_TB_KEY_STORE`: the key store cannot be read or written, or holds something it should not. May have `file`.
 * - `ERR_TB_RECORDING`: a recording of conformance cannot be read, written or used. Has `file`.
 * - `ERR_TB_UNAVAILABLE`: the provider asked for does not exist here. Has `reason`, or `file` when the
 *   addon is there and does not load.
 * - `ERR_TB_OS`: the operating system answered with a status that has none of the meanings above, or
 *   with success and an answer that cannot be. Has `os`.
 *
 * An error that comes from the operating system has `os`, and no `path` or `offset`.
 */
export class TokenBindingError extends Error {
  override readonly name = 'TokenBindingError';
  readonly code: TokenBindingErrorCode;
  declare readonly path?: string;
  declare readonly offset?: number;
  declare readonly reason?: UnavailableReason;
  declare readonly file?: string;
  declare readonly os?: OsStatus;

  constructor(
    code: TokenBindingErrorCode,
    message: string,
    details: TokenBindingErrorDetails = {},
  ) {
    const { cause, ...properties } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, properties);
  }
}

/**
 * Every `code` an {@link SspiError} can carry: a SEC_E_ name of winerror.h, or `ERR_SSPI_OS`. The union is
 * closed.
 */
export type SspiErrorCode = SecurityStatus | 'ERR_SSPI_OS';

export interface SspiErrorDetails {
  /** With SEC_E_INVALID_TOKEN: the field that broke a rule, by its name in MS-NLMP 2.2 or RFC 4178. */
  path?: string;
  /** Offset of that field in the token, in bytes. */
  offset?: number;
  /** Why the provider that was asked for is not there. */
  reason?: SspiUnavailableReason;
  /** The addon that is there and does not load. */
  file?: string;
  /** What the operating system answered. */
  os?: OsStatus;
  cause?: unknown;
}

/**
 * Why Windows' own SSPI is not there.
 *
 * - `not-windows`: this is another operating system.
 * - `addon-missing`: the package has no addon for this architecture.
 * - `bundled`: this code does not run from the package's own folder, and `addonPath` names no addon.
 * - `library-missing`: there is no secur32.dll.
 * - `symbol-missing`: the DLL lacks one of the functions.
 */
export type SspiUnavailableReason = Exclude<UnavailableReason, 'library-too-old'>;

/**
 * Any failure of the functions of sspi.h that is not a wrong argument, by Windows' names and numbers. Wrong
 * arguments are a `TypeError` (kind) or a `RangeError` (value) that names the argument. The Windows provider
 * hands on what Windows says, with `os`. The package itself fails with these:
 *
 * - `SEC_E_INVALID_TOKEN`: not the token or signature it should be. With `path` and `offset` of a field at fault.
 * - `SEC_E_LOGON_DENIED`: wrong user, domain or password, anonymous, or only NTLMv1.
 * - `SEC_E_MESSAGE_ALTERED`: a message, or a token of the handshake, was changed on its way.
 * - `SEC_E_OUT_OF_SEQUENCE`: a message comes again, or another is missing before it (MS-NLMP 3.4.4).
 * - `SEC_E_BAD_BINDINGS`: the client is on another channel, or does not say on which.
 * - `SEC_E_WRONG_PRINCIPAL`: the client means another target.
 * - `SEC_E_UNSUPPORTED_FUNCTION`: the context does not give this, the other side less than it must, Windows'
 *   calls cannot say it, or there is no provider `windows` here, with the `reason` or the `file`.
 * - `SEC_E_QOP_NOT_SUPPORTED`: a message that should be encrypted is only signed, or a signature is of another
 *   quality of protection than the package's own.
 * - `SEC_E_SECPKG_NOT_FOUND`: there is no such package, or the other side has none of ours.
 * - `SEC_E_NO_CREDENTIALS`: a client without an identity, a server without accounts.
 * - `SEC_E_NO_AUTHENTICATING_AUTHORITY`: the accounts could not be asked. With a `cause`.
 * - `SEC_E_INVALID_HANDLE`: not now: incomplete, another step under way, failed or closed.
 * - `SEC_E_CONTEXT_EXPIRED`: 2^32 messages have been sent in one direction.
 * - `ERR_SSPI_OS`: Windows answered with a status that is no SEC_E_ of winerror.h, or with success and an answer
 *   that cannot be. Has `os`.
 */
export class SspiError extends Error {
  override readonly name = 'SspiError';
  readonly code: SspiErrorCode;
  /** The status' number: unsigned 32 bits. With ERR_SSPI_OS what was answered, 0 for success. */
  readonly status: number;
  /** The same as Windows' documentation writes it: `0x8009030F`. */
  readonly hex: string;
  declare readonly path?: string;
  declare readonly offset?: number;
  declare readonly reason?: SspiUnavailableReason;
  declare readonly file?: string;
  declare readonly os?: OsStatus;

  constructor(code: SspiErrorCode, message: string, details: SspiErrorDetails = {}) {
    const { cause, ...properties } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = code === 'ERR_SSPI_OS' ? (details.os?.status ?? 0) : STATUS[code];
    this.hex = hexOf(this.status);
    Object.assign(this, properties);
  }
}
