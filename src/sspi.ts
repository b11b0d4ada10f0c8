/**
 * Windows' SSPI (sspi.h): authentication with NTLM and Negotiate, and signing and sealing of the messages
 * that follow, with the same calls and statuses on every platform.
 *
 * @module
 */
export type { OsStatus } from './native/status.js';
export {
  type ChannelBindingOptions,
  tlsExporter,
  tlsServerEndPoint,
  tlsUnique,
} from './sspi/channel-bindings.js';
export type {
  AcceptOptions,
  ContextFlag,
  InitializeOptions,
  WeakSecurity,
} from './sspi/context-options.js';
export type {
  Account,
  AccountLookup,
  ClaimedIdentity,
  Credentials,
  CredentialsRequest,
  Identity,
  ServerNames,
} from './sspi/credentials.js';
export { SspiError, type SspiErrorCode, type SspiUnavailableReason } from './sspi/error.js';
export { ntHash } from './sspi/nt-hash.js';
export { type OpenSspiOptions, openSspi } from './sspi/open.js';
export type { PackageCapability, PackageInfo } from './sspi/packages.js';
export type {
  BufferFlag,
  ContextAttributes,
  DataBuffer,
  KeyInfo,
  MessageOptions,
  SealedBuffers,
  SealedMessage,
  SealOptions,
  SecurityContext,
  Step,
} from './sspi/security-context.js';
export type { Sspi, SspiProviderDescription } from './sspi/sspi.js';
