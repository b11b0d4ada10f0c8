/**
 * SSPI (sspi.h): authentication with Kerberos, NTLM and Negotiate, and signed and sealed messages. The calls and codes
 * are the same on every platform.
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
  AuthorizationElement,
  ContextAttributes,
  KeyInfo,
} from './sspi/context-attributes.js';
export type {
  AcceptOptions,
  ContextFlag,
  InitializeOptions,
  WeakSecurity,
} from './sspi/context-options.js';
export type {
  Account,
  AccountIdentity,
  AccountLookup,
  CacheIdentity,
  ClaimedIdentity,
  Credentials,
  CredentialsRequest,
  Identity,
  KerberosOptions,
  KeytabIdentity,
  NegotiateMechanism,
  ServerNames,
} from './sspi/credentials.js';
export { SspiError, type SspiErrorCode, type SspiUnavailableReason } from './sspi/error.js';
export type { Sspi, SspiProviderDescription } from './sspi/interface.js';
export type {
  BufferFlag,
  DataBuffer,
  MessageOptions,
  SealedBuffers,
  SealedMessage,
  SealOptions,
} from './sspi/message-types.js';
export { ntHash } from './sspi/nt-hash.js';
export { type OpenSspiOptions, openSspi } from './sspi/open.js';
export type { PackageCapability, PackageInfo } from './sspi/packages.js';
export type { SecurityContext, Step } from './sspi/security-context.js';
