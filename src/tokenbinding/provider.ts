import type { KeyObject } from 'node:crypto';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import type { Target } from './target.js';
import type { BindingType, KeyType } from './types.js';

/** What generateBinding is to make. */
export interface BindingRequest {
  /** `anyexisting`: whichever key the target already has; none is made. */
  readonly keyType: KeyType | 'anyexisting';
  /** An absolute https: or wss: URL; its registrable domain chooses the key. */
  readonly targetUrl: string;
  readonly bindingType: BindingType;
  /** Exported keying material of the connection that will carry the message: 32 bytes. */
  readonly ekm: Uint8Array;
}

/** A {@link BindingRequest} whose values have been checked. */
export interface CheckedBindingRequest extends Omit<BindingRequest, 'targetUrl'> {
  readonly target: Target;
}

/** What a message is verified against. */
export interface ExpectedBinding {
  /** The key parameters negotiated for the connection. */
  readonly keyType: KeyType;
  /** Exported keying material of the connection that carried the message: 32 bytes. */
  readonly ekm: Uint8Array;
  /**
   * The most TokenBindings that the message may have, 1 or more. One with more is ERR_TB_MALFORMED before any
   * key or signature in it is looked at. RFC 8473 2 allows HTTP a provided and a referred binding: 2. Without
   * it the limit is that of RFC 8471: 65,535 bytes hold at most 910.
   */
  readonly maxTokenBindings?: number | undefined;
}

/** The highest Token Binding protocol version, {1, 0} for RFC 8471. */
export interface ProtocolVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * The work behind the facade, with arguments already checked. Bytes are copies that nobody else can write;
 * a message that is too long to be one is not, and must be refused.
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
