import type { UnavailableReason } from '../errors.js';
import type { PublicKeyInput } from './arguments.js';
import type { BindingRequest, ExpectedBinding, ProtocolVersion } from './provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import type { KeyType } from './types.js';

/** Who does the work, and why. */
export interface ProviderDescription {
  readonly name: 'windows' | 'portable';
  /** `requested`, `found` in the operating system, or why the Windows provider is not there. */
  readonly reason: 'requested' | 'found' | UnavailableReason;
  /** With the Windows provider: the full path of the DLL that does the work. */
  readonly library?: string;
}

/**
 * The functions of tokenbinding.h.
 *
 * Every call throws (a promise form: rejects with) `TypeError` or `RangeError` for a wrong argument,
 * named in the message, before any work is done; every other failure is a TokenBindingError. With the
 * Windows provider any call can fail with ERR_TB_OS too, and what the operating system answered is in
 * the error's `os`.
 *
 * Byte strings in results are plain Uint8Arrays. Short ones may share an ArrayBuffer with other results, as
 * Node's Buffers do. Arguments are copied before anything looks at them: what happens to their memory later, or
 * in another thread meanwhile, changes nothing. Options are read as own properties; another name is a TypeError.
 */
export interface TokenBinding {
  /** Who does the work, and why; decided when this object was opened. */
  readonly provider: ProviderDescription;

  /**
   * Makes one TokenBinding for a connection: signs its EKM with the key of the target, and makes
   * and keeps that key first if there is none (TokenBindingGenerateBinding; RFC 8471 4.1).
   *
   * A referred binding is signed with the key of the token consumer, `targetUrl`, over the EKM of
   * the connection to the token provider.
   *
   * @throws TokenBindingError ERR_TB_KEY_NOT_FOUND for `anyexisting` when the target has no key,
   * ERR_TB_KEY_STORE
   */
  generateBinding(request: BindingRequest): Promise<GeneratedBinding>;
  /**
   * {@link generateBinding} on the calling thread. A new RSA key takes a large part of a second.
   *
   * @throws TokenBindingError ERR_TB_NOT_SUPPORTED when the key store answers with promises
   */
  generateBindingSync(request: BindingRequest): GeneratedBinding;

  /**
   * Joins TokenBindings, in their order, to one TokenBindingMessage of at most 65,537 bytes: what
   * goes, in base64url, into Sec-Token-Binding (TokenBindingGenerateMessage; RFC 8471 3).
   *
   * @param tokenBindings at least one, together 132 to 65,535 bytes
   * @throws TokenBindingError ERR_TB_MALFORMED when one is no TokenBinding
   */
  generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array>;
  /** {@link generateMessage} on the calling thread. */
  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array;

  /**
   * Verifies a TokenBindingMessage by RFC 8471 4.2 (TokenBindingVerifyMessage) and lists its
   * bindings in their order. One fault anywhere refuses the whole message.
   *
   * A binding of unknown type is verified like any other; one of unknown key parameters is listed as
   * `unevaluated` and proves nothing. How many bindings of which type there must be is the
   * application protocol's business: a message with a referred binding alone passes here. With the
   * Windows provider the verdict is the operating system's, and what it lists it has verified; the rules
   * of the negotiated key type and of at least one signature hold on top of that.
   *
   * The promise form stops at the first bad signature, as the synchronous one does.
   *
   * @param message the message's bytes, as decoded from base64url
   * @param expected what was negotiated, the EKM of the connection that carried the message, and how many
   * TokenBindings it may have
   * @throws TokenBindingError ERR_TB_MALFORMED, ERR_TB_KEY_TYPE, ERR_TB_UNUSABLE_KEY, ERR_TB_SIGNATURE
   */
  verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]>;
  /** {@link verifyMessage} on the calling thread, which is faster for one message at a time. */
  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[];

  /**
   * The key types a client can use, the preferred first (TokenBindingGetKeyTypesClient). Types that
   * Windows has and RFC 8471 does not are left out.
   */
  getKeyTypesClient(): Promise<KeyType[]>;
  /** The same of what a server can verify (TokenBindingGetKeyTypesServer). */
  getKeyTypesServer(): Promise<KeyType[]>;

  /**
   * Deletes the keys of every type for a target; none is no error (TokenBindingDeleteBinding). On
   * Windows a status that leaves open whether there is one is ERR_TB_OS.
   *
   * @param targetUrl an absolute https: or wss: URL
   * @throws TokenBindingError ERR_TB_KEY_STORE
   */
  deleteBinding(targetUrl: string): Promise<void>;
  /**
   * Deletes every Token Binding key of the store; on Windows that is every key of the calling user,
   * whichever program made it (TokenBindingDeleteAllBindings). Hence the confirmation.
   *
   * @throws TokenBindingError ERR_TB_KEY_STORE
   */
  deleteAllBindings(confirmation: { everyKeyOfThisUser: true }): Promise<void>;

  /**
   * The TokenBindingID of a public key (TokenBindingGenerateID; RFC 8471 3.2).
   *
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY when it is no valid key of `keyType`
   */
  generateId(keyType: KeyType, publicKey: PublicKeyInput): Promise<BindingIdentifier>;
  /**
   * The TokenBindingID that {@link generateBinding} would use for a target; makes and keeps a key if
   * there is none (TokenBindingGenerateIDForUri).
   *
   * @param keyType `anyexisting`: whichever key the target already has
   * @param targetUri an absolute https: or wss: URL
   * @throws TokenBindingError ERR_TB_KEY_NOT_FOUND, ERR_TB_KEY_STORE; ERR_TB_NOT_SUPPORTED on Windows
   * before version 1903
   */
  generateIdForUri(keyType: KeyType | 'anyexisting', targetUri: string): Promise<BindingIdentifier>;

  /** The highest protocol version: {1, 0} is RFC 8471 (TokenBindingGetHighestSupportedVersion). */
  getHighestSupportedVersion(): Promise<ProtocolVersion>;
}
