/**
 * Windows' SSPI (sspi.h): authentication with NTLM and Negotiate, and signing and sealing of the messages
 * that follow, with the same calls and statuses on every platform.
 *
 * @module
 */
export {
  SspiError,
  type SspiErrorCode,
  type SspiUnavailableReason,
} from './errors.js';
export { tlsExporter, tlsServerEndPoint } from './sspi/channel-bindings.js';
export { type OpenSspiOptions, openSspi } from './sspi/open.js';
export type { PackageCapability, PackageInfo } from './sspi/packages.js';
export type {
  AcceptOptions,
  Account,
  AccountLookup,
  BufferFlag,
  ClaimedIdentity,
  ContextAttributes,
  ContextFlag,
  Credentials,
  CredentialsRequest,
  DataBuffer,
  Identity,
  InitializeOptions,
  MessageOptions,
  SealedBuffers,
  SealedMessage,
  SecurityContext,
  ServerNames,
  Sspi,
  SspiProviderDescription,
  Step,
  WeakSecurity,
} from './sspi/types.js';
