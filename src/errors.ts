/**
 * The errors of this package: {@link TokenBindingError} of Token Binding and conformance, {@link SspiError} of
 * SSPI. Each has a closed union of codes.
 *
 * @module
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
