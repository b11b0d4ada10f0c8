/**
 * The errors of this package: {@link TokenBindingError} of Token Binding and conformance, {@link SspiError} of
 * SSPI, {@link HttpTokenBindingError} and {@link HttpAuthError} of HTTP. Each has a closed union of codes.
 *
 * @module
 */
export {
  HttpAuthError,
  type HttpAuthErrorCode,
  type HttpAuthErrorDetails,
} from './http/auth/error.js';
export {
  HttpTokenBindingError,
  type HttpTokenBindingErrorCode,
} from './http/tokenbinding/error.js';
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
