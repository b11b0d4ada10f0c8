/**
 * The errors of this package: {@link TokenBindingError} of Token Binding and conformance, {@link SspiError} of
 * SSPI. Each has a closed union of codes.
 *
 * @module
 * @example
 * ```js
 * import { verifyMessageSync } from 'tokenbinding';
 * import { TokenBindingError } from 'tokenbinding/errors';
 *
 * const message = Uint8Array.of(0, 9, 0);
 * const expected = { keyType: 'ecdsap256', ekm: new Uint8Array(32) };
 * try {
 *   verifyMessageSync(message, expected);
 * } catch (error) {
 *   if (!(error instanceof TokenBindingError)) throw error;
 *   console.log(error.code, error.path, error.offset);
 * }
 * ```
 */
export type { OsStatus } from './native/status.js';
export {
  SspiError,
  type SspiErrorCode,
  type SspiErrorDetails,
  type SspiUnavailableReason,
} from './sspi/error.js';
export {
  TokenBindingError,
  type TokenBindingErrorCode,
  type TokenBindingErrorDetails,
  type UnavailableReason,
} from './tokenbinding/error.js';
