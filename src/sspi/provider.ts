import type { ContextAttributes } from './context-attributes.js';
import type {
  AcceptOptions,
  ContextFlag,
  InitializeOptions,
  WeakSecurity,
} from './context-options.js';
import type {
  AccountLookup,
  KerberosOptions,
  NegotiateMechanism,
  ServerNames,
} from './credentials.js';
import type { BufferFlag } from './message-types.js';
import type { PackageInfo } from './packages.js';
import type { Step } from './security-context.js';

// What a provider implements. The facade has checked the arguments. Byte arrays belong to the caller, who may
// change them once the call has returned: a provider reads what it needs before it first awaits.

/** A checked {@link Identity}. An NT hash and the bytes of a keytab are copies. */
export type CheckedIdentity = NamedIdentity | CachedIdentity;

/** An identity with a name and a secret. Every property is its own. */
export type NamedIdentity = {
  readonly user: string;
  readonly domain: string;
  readonly credentialCache: undefined;
} & (
  | {
      readonly workstation: string;
      readonly password: string;
      readonly ntHash: undefined;
      readonly keytab: undefined;
    }
  | {
      readonly workstation: string;
      readonly password: undefined;
      readonly ntHash: Uint8Array;
      readonly keytab: undefined;
    }
  | {
      readonly workstation: undefined;
      readonly password: undefined;
      readonly ntHash: undefined;
      /** A path, or a copy. */
      readonly keytab: string | Uint8Array;
    }
);

/** The identity of the tickets in a credential cache. */
export interface CachedIdentity {
  readonly credentialCache: string;
  readonly user: undefined;
  readonly domain: undefined;
  readonly workstation: undefined;
  readonly password: undefined;
  readonly ntHash: undefined;
  readonly keytab: undefined;
}

/** What the checked requests of clients and servers have in common. */
interface CheckedRequest {
  readonly package: PackageInfo;
  /** Only with Negotiate: one or two mechanisms, preferred first. */
  readonly negotiate: readonly NegotiateMechanism[] | undefined;
}

export interface CheckedOutbound extends CheckedRequest {
  readonly use: 'outbound';
  readonly identity: CheckedIdentity | undefined;
  readonly kerberos: CheckedKerberos | undefined;
}

/** Checked {@link KerberosOptions}. */
export interface CheckedKerberos extends KerberosOptions {
  readonly timeout: number;
  readonly allowWeak: readonly 'rc4-hmac'[];
}

export interface CheckedInbound extends CheckedRequest {
  readonly use: 'inbound';
  readonly accounts: AccountLookup | undefined;
  readonly names: ServerNames | undefined;
  /** A path, or a copy. */
  readonly keytab: string | Uint8Array | undefined;
}

export type CheckedCredentials = CheckedOutbound | CheckedInbound;

/** Options with their defaults. The channel bindings are a copy. */
export interface CheckedInitialize extends InitializeOptions {
  readonly flags: readonly ContextFlag[];
  readonly allowWeak: readonly WeakSecurity[];
}

export interface CheckedAccept extends AcceptOptions {
  readonly flags: readonly ContextFlag[];
  readonly channelBindingPolicy: 'require' | 'accept' | 'ignore';
  readonly allowWeak: readonly WeakSecurity[];
}

export interface SspiProvider {
  enumerateSecurityPackages(): PackageInfo[];
  /** @throws SspiError SEC_E_SECPKG_NOT_FOUND */
  querySecurityPackageInfo(name: string): PackageInfo;
  acquireCredentialsHandle(request: CheckedCredentials): Promise<ProviderCredentials>;
}

export type ProviderCredentials = OutboundCredentials | InboundCredentials;

/** What the credentials of clients and servers have in common. */
interface BaseCredentials {
  readonly package: PackageInfo;
  /** Those of Negotiate, as far as they are known. */
  readonly negotiate?: readonly NegotiateMechanism[] | undefined;
  close(): void;
}

export interface OutboundCredentials extends BaseCredentials {
  readonly use: 'outbound';
  initialize(options: CheckedInitialize): ProviderContext;
}

export interface InboundCredentials extends BaseCredentials {
  readonly use: 'inbound';
  accept(options: CheckedAccept): ProviderContext;
}

/** After `step` returned `done` the facade lets the other calls through. */
export interface ProviderContext {
  /** @param token a copy */
  step(token: Uint8Array): Step | Promise<Step>;
  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name];
  /** @throws SspiError SEC_E_UNSUPPORTED_FUNCTION if the context protects no messages */
  readonly messages: MessageProtection;
  close(): void;
}

/**
 * What protects the messages of a context. The bytes of a message are the caller's own, and each is read once;
 * signatures, trailers and paddings are copies.
 */
export interface MessageProtection {
  /** @param sequence 0 on a connection, which counts its messages itself */
  sign(buffers: readonly MessageBuffer[], sequence: number): Uint8Array;
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void;
  encrypt(buffers: readonly MessageBuffer[], sealing: Sealing): SealedOutput;
  /** @returns one for each buffer */
  decrypt(sealed: SealedInput, sealing: Sealing): Uint8Array[];
  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array;
}

/** A buffer of a message. */
export interface MessageBuffer {
  readonly bytes: Uint8Array;
  readonly flag: BufferFlag | undefined;
}

/** Checked {@link SealOptions}. */
export interface Sealing {
  readonly encrypt: boolean;
  /** 0 on a connection. */
  readonly sequence: number;
}

/** A sealed message as received. */
export interface SealedInput {
  readonly trailer: Uint8Array;
  readonly buffers: readonly MessageBuffer[];
  /** Empty if there is none. */
  readonly padding: Uint8Array;
}

/** A sealed message to send. */
export interface SealedOutput {
  readonly trailer: Uint8Array;
  /** One for each buffer. */
  readonly data: Uint8Array[];
  readonly padding: Uint8Array | undefined;
}
