import type {
  AcceptOptions,
  ContextFlag,
  InitializeOptions,
  WeakSecurity,
} from './context-options.js';
import type { Account, AccountLookup, ServerNames } from './credentials.js';
import type { PackageInfo } from './packages.js';
import type { BufferFlag, ContextAttributes, Step } from './security-context.js';

// The work behind the facade, with arguments already checked. Byte arrays are the caller's, who may
// change them when the call has returned: a provider takes what it needs before it first waits.

/** An {@link Identity} whose values have been checked; the NT hash is a copy. */
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

/** Options with their defaults filled in; channel bindings are a copy. */
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

/** A sealed message on its way in; trailer and padding are copies. */
export interface SealedInput {
  readonly trailer: Uint8Array;
  readonly buffers: readonly MessageBuffer[];
  /** Empty where there is none. */
  readonly padding: Uint8Array;
}

/** A sealed message on its way out. */
export interface SealedOutput {
  readonly trailer: Uint8Array;
  /** One for each buffer. */
  readonly data: Uint8Array[];
  readonly padding: Uint8Array | undefined;
}

/**
 * The calls after `step` come only when that has answered `done`. Of a message each byte is read once; a
 * signature is a copy, and `sequence` is 0 on a connection.
 */
export interface ProviderContext {
  /** @param token a copy */
  step(token: Uint8Array): Step | Promise<Step>;
  attribute<Name extends keyof ContextAttributes>(name: Name): ContextAttributes[Name];
  sign(buffers: readonly MessageBuffer[], sequence: number): Uint8Array;
  verify(buffers: readonly MessageBuffer[], signature: Uint8Array, sequence: number): void;
  encrypt(buffers: readonly MessageBuffer[], sealing: Sealing): SealedOutput;
  decrypt(sealed: SealedInput, sealing: Sealing): Uint8Array[];
  unwrap(wrapped: Uint8Array, sealing: Sealing): Uint8Array;
  close(): void;
}
