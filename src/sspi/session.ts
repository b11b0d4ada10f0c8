import type { AuthorizationElement, KeyInfo } from './context-attributes.js';
import type { ContextFlag } from './context-options.js';
import type { NegotiateMechanism } from './credentials.js';
import type { MessageProtection } from './provider.js';
import type { Step } from './security-context.js';

// What the mechanisms of the portable provider have in common.

/** One side of a handshake. */
export interface Handshake {
  /** @param token a copy. Empty for the side that begins */
  step(token: Uint8Array): Step | Promise<Step>;
  /** Present once `step` has returned `done`. */
  readonly session: Session | undefined;
  /** Overwrites the key material. */
  close(): void;
}

/** What the two sides of a handshake agreed on. */
export interface Session {
  readonly mechanism: NegotiateMechanism;
  /** The client. */
  readonly userName: string;
  readonly contextFlags: readonly ContextFlag[];
  readonly keyInfo: KeyInfo;
  /** The session key. */
  readonly keyBytes: Uint8Array;
  /** The authorization data of the client's ticket. Only a server of Kerberos has it. */
  readonly authorizationData: readonly AuthorizationElement[] | undefined;
  /** Absent without integrity. */
  readonly security: SessionSecurity | undefined;
  /** Whether the other side must send mechListMIC in SPNEGO, even if it is optional by RFC 4178 5. */
  readonly requiresMechListMic: boolean;
}

/** The protection of messages, and of the list of mechanisms that SPNEGO negotiates. */
export interface SessionSecurity extends MessageProtection {
  /** The longest signature, in bytes. */
  readonly signatureLength: number;
  /** The longest trailer, in bytes. */
  readonly trailerLength: number;
  /** Makes mechListMIC (RFC 4178 5). It counts as a message of its direction. */
  signMechTypeList(mechTypeList: Uint8Array): Uint8Array;
  /** @throws SspiError SEC_E_MESSAGE_ALTERED, SEC_E_INVALID_TOKEN */
  verifyMechTypeList(mechTypeList: Uint8Array, mechListMIC: Uint8Array): void;
}
