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
  | 'ERR_TB_UNAVAILABLE';

/** Why the Windows provider is not there. */
export type UnavailableReason = 'not-windows' | 'addon-missing';

export interface TokenBindingErrorDetails {
  /** The field that broke a rule, in RFC 8471 names: `tokenbindings[0].tokenbindingid.key_length`. */
  path?: string;
  /** Offset of that field in the input, in bytes (in characters for base64url text). */
  offset?: number;
  /** With ERR_TB_UNAVAILABLE: why the provider asked for is not there. */
  reason?: UnavailableReason;
  /** With ERR_TB_KEY_STORE: the file or folder at fault. */
  file?: string;
  cause?: unknown;
}

/**
 * Any failure that is not a wrong argument. Wrong arguments are a `TypeError` (kind) or a
 * `RangeError` (value) that names the argument, thrown before any work is done.
 *
 * - `ERR_TB_MALFORMED`: the bytes are not the structure they should be (RFC 8471 3). Has `path` and `offset`.
 * - `ERR_TB_SIGNATURE`: a signature is not valid, or none could be evaluated (RFC 8471 4.2). Has `path`.
 * - `ERR_TB_KEY_TYPE`: the provided binding is not of the negotiated key parameters (RFC 8471 4.2). Has `path`.
 * - `ERR_TB_UNUSABLE_KEY`: a public key is off its curve, of the wrong size or not of the type claimed. May have `path`.
 * - `ERR_TB_NEGOTIATION`: the server's answer breaks RFC 8472 4; a client answers it with the alert unsupported_extension.
 * - `ERR_TB_NOT_SUPPORTED`: this provider or key store cannot do what was asked.
 * - `ERR_TB_KEY_NOT_FOUND`: there is no key for the target.
 * - `ERR_TB_KEY_STORE`: the key store cannot be read or written, or holds something it should not. May have `file`.
 * - `ERR_TB_UNAVAILABLE`: the provider asked for does not exist here. Has `reason`.
 */
export class TokenBindingError extends Error {
  override readonly name = 'TokenBindingError';
  readonly code: TokenBindingErrorCode;
  declare readonly path?: string;
  declare readonly offset?: number;
  declare readonly reason?: UnavailableReason;
  declare readonly file?: string;

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
