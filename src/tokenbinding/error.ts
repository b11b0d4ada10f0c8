import { withoutPrototype } from '../bytes/without-prototype.js';
import type { OsStatus } from '../native/status.js';

/** Every `code` of a {@link TokenBindingError}. The union is closed: a switch over it can be exhaustive. */
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
 * Why the Windows provider of Token Binding is not available.
 *
 * - `not-windows`: the operating system is not Windows.
 * - `addon-missing`: the package has no addon for this architecture.
 * - `bundled`: the code runs from a bundle, and `addonPath` names no addon.
 * - `library-missing`: Windows has no tokenbinding.dll.
 * - `library-too-old`: the DLL implements the first Token Binding drafts. Its functions have the same
 *   names but other parameters.
 * - `symbol-missing`: the DLL lacks a function.
 */
export type UnavailableReason =
  | 'not-windows'
  | 'addon-missing'
  | 'bundled'
  | 'library-missing'
  | 'library-too-old'
  | 'symbol-missing';

/** The properties that a {@link TokenBindingError} can have besides its code and message. */
export interface TokenBindingErrorDetails {
  /** The invalid field, by its RFC 8471 names: `tokenbindings[0].tokenbindingid.key_length`. */
  path?: string;
  /** Offset of that field in the input: in bytes, or in characters of base64url text. */
  offset?: number;
  /** Why the Windows provider is not available. Only with ERR_TB_UNAVAILABLE. */
  reason?: UnavailableReason;
  /** Path of the file or folder that failed: of a key store, a recording, or an addon. */
  file?: string;
  /** The status of the function of Windows that failed. With any code. */
  os?: OsStatus;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * Thrown for every failure of Token Binding except a wrong argument. A wrong argument is a `TypeError`
 * (wrong type) or a `RangeError` (wrong value); it names the argument and is thrown before any work is done.
 *
 * - `ERR_TB_MALFORMED`: the bytes are not the expected structure (RFC 8471 3), or a message has more
 *   TokenBindings than `maxTokenBindings` allows. Has `path` and `offset`.
 * - `ERR_TB_SIGNATURE`: a signature does not verify with the key and the EKM, or the message has no
 *   binding that can be verified (RFC 8471 4.2). Has `path`. The usual cause is the EKM of another connection.
 * - `ERR_TB_KEY_TYPE`: the key type of the provided binding is not the negotiated one (RFC 8471 4.2). Has `path`.
 * - `ERR_TB_UNUSABLE_KEY`: a public key is not on its curve, has the wrong size or is not of the type that
 *   was stated (RFC 8471 3.2). May have `path`.
 * - `ERR_TB_NEGOTIATION`: the server's negotiation extension violates RFC 8472 4. The client must end the
 *   handshake with the alert unsupported_extension.
 * - `ERR_TB_NOT_SUPPORTED`: the provider, the key store or the TLS connection does not support the call, or a bundle
 *   has no files of the package that the call reads.
 * - `ERR_TB_KEY_NOT_FOUND`: the key store has no key for the target.
 * - `ERR_TB_KEY_STORE`: the key store cannot be read or written, or holds something other than a key of
 *   the type asked for. May have `file`.
 * - `ERR_TB_RECORDING`: a conformance recording cannot be read, written or used. Has `file`.
 * - `ERR_TB_UNAVAILABLE`: the Windows provider was requested and is not available. Has `reason`, or `file`
 *   if the addon exists and does not load.
 * - `ERR_TB_OS`: a function of Windows failed with a status that none of the codes above describes, or
 *   reported success with an invalid result. Has `os`.
 *
 * If the failure comes from Windows, the error has `os` and neither `path` nor `offset`. Microsoft does not
 * document the statuses of tokenbinding.h; a status gets one of the codes above only if its definition in
 * winerror.h or ntstatus.h has that meaning.
 *
 * @example
 * import { TokenBindingError, verifyMessageSync } from 'tokenbinding';
 *
 * const message = Uint8Array.of(0, 9, 0);
 * try {
 *   verifyMessageSync(message, { keyType: 'ecdsap256', ekm: new Uint8Array(32) });
 * } catch (error) {
 *   if (!(error instanceof TokenBindingError)) throw error;
 *   console.log(error.code, error.path, error.offset); // ERR_TB_MALFORMED tokenbindings 0
 * }
 */
export class TokenBindingError extends Error {
  override readonly name = 'TokenBindingError';
  /** What failed, for programs. `message` is for people and may change. */
  readonly code: TokenBindingErrorCode;
  /** The invalid field, by its RFC 8471 names: `tokenbindings[0].tokenbindingid.key_length`. */
  declare readonly path?: string;
  /** Offset of that field in the input: in bytes, or in characters of base64url text. */
  declare readonly offset?: number;
  /** Why the Windows provider is not available. Only with ERR_TB_UNAVAILABLE. */
  declare readonly reason?: UnavailableReason;
  /** Path of the file or folder that failed: of a key store, a recording, or an addon. */
  declare readonly file?: string;
  /** The status of the function of Windows that failed. With any code. */
  declare readonly os?: OsStatus;

  /** @param details the properties of the error, and its cause */
  constructor(
    code: TokenBindingErrorCode,
    message: string,
    details: TokenBindingErrorDetails = {},
  ) {
    const { cause, ...properties } = withoutPrototype({ ...details });
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, properties);
  }
}
