import type { ContextAttributes } from './context-attributes.js';
import type {
  AcceptOptions,
  ContextFlag,
  InitializeOptions,
  WeakSecurity,
} from './context-options.js';
import type { Account, AccountLookup, ServerNames } from './credentials.js';
import type { BufferFlag } from './message-types.js';
import type { PackageInfo } from './packages.js';
import type { Step } from './security-context.js';

// What a provider implements. The facade has checked the arguments. Byte arrays belong to the caller, who may
// change them once the call has returned: a provider reads what it needs before it first awaits.

/** A checked {@link Identity}. The NT hash is a copy. */
export type CheckedIdentity = Account & {
  readonly user: string;
  readonly domain: string;
  readonly workstation: string;
};

export type CheckedCredentials = { readonly package: PackageInfo } & (
  | { readonly use: 'outbound'; readonly identity: CheckedIdentity | undefined }
  | {
      readonly use: 'inbound';
      readonly accounts: AccountLookup | undefined;
      readonly names: ServerNames | undefined;
    }
);

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

export interface OutboundCredentials {
  readonly use: 'outbound';
  readonly package: PackageInfo;
  initialize(options: CheckedInitialize): ProviderContext;
  close(): void;
}

export interface InboundCredentials {
  readonly use: 'inbound';
  readonly package: PackageInfo;
  accept(options: CheckedAccept): ProviderContext;
  close(): void;
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
