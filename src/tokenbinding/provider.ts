import type { KeyObject } from 'node:crypto';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import type { Target } from './target.js';
import type { BindingType, KeyType } from './types.js';

/** The TokenBinding that `generateBinding` is to make. */
export interface BindingRequest {
  /** The type of the key. `anyexisting`: the key that the target has, of any type; no key is made. */
  readonly keyType: KeyType | 'anyexisting';
  /**
   * Where the token goes: an absolute https: or wss: URL of at most 4,096 characters. All URLs of one registrable domain
   * have the same key (RFC 8473 8.1).
   */
  readonly targetUrl: string;
  /** `provided` for the server of the connection, `referred` for another one, the token consumer (RFC 8471 3.1). */
  readonly bindingType: BindingType;
  /** The exported keying material of the connection that will carry the message: 32 bytes (RFC 8471 3.3). */
  readonly ekm: Uint8Array;
}

/** A {@link BindingRequest} with checked values. */
export interface CheckedBindingRequest extends Omit<BindingRequest, 'targetUrl'> {
  readonly target: Target;
}

/** What `verifyMessage` verifies a message against. */
export interface ExpectedBinding {
  /** The key type that was negotiated for the connection; the provided binding must have it (RFC 8471 4.2). */
  readonly keyType: KeyType;
  /** The exported keying material of the connection that carried the message: 32 bytes (RFC 8471 3.3). */
  readonly ekm: Uint8Array;
  /**
   * The most TokenBindings that the message may have: an integer of at least 1. A message with more fails with
   * ERR_TB_MALFORMED before any key or signature is checked. In HTTP 2 are usual, one provided and one referred
   * (RFC 8473 2). Without this option the limit is the size of a message: 65,535 bytes hold at most 910.
   */
  readonly maxTokenBindings?: number | undefined;
}

/** A version of the Token Binding protocol (RFC 8472 2): `{ major: 1, minor: 0 }` is RFC 8471. */
export interface ProtocolVersion {
  /** 0 to 255. */
  readonly major: number;
  /** 0 to 255. */
  readonly minor: number;
}

/**
 * The work behind the facade, which has checked the arguments and copied their bytes. A synchronous call must not keep
 * the copies: the next call reuses their memory.
 */
export interface Provider {
  generateBinding(request: CheckedBindingRequest): Promise<GeneratedBinding>;
  generateBindingSync(request: CheckedBindingRequest): GeneratedBinding;
  generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array>;
  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array;
  verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]>;
  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[];
  getKeyTypesClient(): Promise<KeyType[]>;
  getKeyTypesServer(): Promise<KeyType[]>;
  deleteBinding(target: Target): Promise<void>;
  deleteAllBindings(): Promise<void>;
  generateId(keyType: KeyType, publicKey: KeyObject): Promise<BindingIdentifier>;
  generateIdForUri(keyType: KeyType | 'anyexisting', target: Target): Promise<BindingIdentifier>;
  getHighestSupportedVersion(): Promise<ProtocolVersion>;
}
