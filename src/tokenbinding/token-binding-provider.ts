import type { PublicKeyInput } from './arguments.js';
import type { UnavailableReason } from './error.js';
import type { BindingRequest, ExpectedBinding, ProtocolVersion } from './provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import type { KeyType } from './types.js';

/** Which provider does the work, and why. */
export interface ProviderDescription {
  /** `windows`: tokenbinding.dll. `portable`: this package's own implementation. */
  readonly name: 'windows' | 'portable';
  /**
   * `requested`: the option `provider` named it. `found`: Windows has Token Binding. Any other value is the reason
   * why the Windows provider is not available.
   */
  readonly reason: 'requested' | 'found' | UnavailableReason;
  /** The full path of the DLL. Only the Windows provider has one. */
  readonly library?: string;
}

/**
 * The functions of tokenbinding.h, over one provider: what {@link open} returns.
 *
 * For a wrong argument every call throws a `TypeError` or a `RangeError` that names the argument, before it does any
 * work. Every other failure is a `TokenBindingError`. The form that returns a promise rejects with the same errors.
 * With the Windows provider every call can also fail with ERR_TB_OS; the error's `os` has the status.
 *
 * Byte strings in results are plain Uint8Arrays. Short ones may share an ArrayBuffer with other results, as Node's
 * Buffers do. A call copies its arguments before it uses them, so later changes to their memory have no effect. Options
 * are read as own properties, and an unknown option is a `TypeError`.
 */
export interface TokenBindingProvider {
  /** Which provider does the work, and why. {@link open} decides it once. */
  readonly provider: ProviderDescription;

  /**
   * Makes one TokenBinding for a connection: signs the connection's EKM with the key of the target. If the target has
   * no key, it makes one and keeps it (TokenBindingGenerateBinding; RFC 8471 4.1).
   *
   * For a referred binding, `targetUrl` is the token consumer, and `ekm` is of the connection to the token provider.
   *
   * @throws TokenBindingError ERR_TB_KEY_NOT_FOUND if `keyType` is `anyexisting` and the target has no key;
   * ERR_TB_KEY_STORE
   */
  generateBinding(request: BindingRequest): Promise<GeneratedBinding>;
  /**
   * {@link generateBinding} on the calling thread, which it blocks for a large part of a second to make an RSA key.
   *
   * @throws TokenBindingError ERR_TB_NOT_SUPPORTED if the key store returns promises
   */
  generateBindingSync(request: BindingRequest): GeneratedBinding;

  /**
   * Makes one TokenBindingMessage of TokenBindings, in their order (TokenBindingGenerateMessage; RFC 8471 3). In
   * base64url it is the value of the header Sec-Token-Binding.
   *
   * @param tokenBindings at least one; 132 to 65,535 bytes together
   * @returns the message: 134 to 65,537 bytes
   * @throws TokenBindingError ERR_TB_MALFORMED if one of them is not a TokenBinding; the `path` has its index
   */
  generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array>;
  /** {@link generateMessage} on the calling thread. */
  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array;

  /**
   * Verifies a TokenBindingMessage (TokenBindingVerifyMessage; RFC 8471 4.2). One failure rejects the whole message:
   * it never returns only the valid bindings.
   *
   * A binding of an unregistered type is verified like the others. A binding with unregistered key parameters cannot be
   * verified: its `status` is `unevaluated`, and it proves nothing. The application protocol decides which bindings a
   * message must have. A message with only a referred binding passes here, so count the provided ones.
   *
   * On Windows the operating system verifies. This package then requires of its result that the provided binding
   * has the negotiated key type, that every binding of a registered key type is verified, and that at least one is.
   *
   * @param message the bytes of the message, decoded from base64url
   * @param expected the negotiated key type, the EKM of the connection that carried the message, and how many
   * TokenBindings the message may have
   * @returns one result for each TokenBinding, in the order of the message
   * @throws TokenBindingError ERR_TB_MALFORMED, ERR_TB_KEY_TYPE, ERR_TB_UNUSABLE_KEY, ERR_TB_SIGNATURE
   */
  verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]>;
  /** {@link verifyMessage} on the calling thread. It is faster for one message at a time. */
  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[];

  /**
   * The key types that a client can use, the preferred one first (TokenBindingGetKeyTypesClient). Leaves out the types
   * of Windows that RFC 8471 does not name.
   */
  getKeyTypesClient(): Promise<KeyType[]>;
  /** The key types that a server can verify, the preferred one first (TokenBindingGetKeyTypesServer). */
  getKeyTypesServer(): Promise<KeyType[]>;

  /**
   * Deletes the keys of a target, of every key type (TokenBindingDeleteBinding). A target without a key is no error.
   * On Windows, a status that may mean a missing key or a key that cannot be opened is ERR_TB_OS.
   *
   * @param targetUrl an absolute https: or wss: URL of at most 4,096 characters
   * @throws TokenBindingError ERR_TB_KEY_STORE
   */
  deleteBinding(targetUrl: string): Promise<void>;
  /**
   * Deletes every Token Binding key of the key store (TokenBindingDeleteAllBindings). On Windows these are the keys of
   * the user, made by any program: hence the confirmation.
   *
   * @param confirmation exactly `{ everyKeyOfThisUser: true }`
   * @throws TokenBindingError ERR_TB_KEY_STORE
   */
  deleteAllBindings(confirmation: { everyKeyOfThisUser: true }): Promise<void>;

  /**
   * The TokenBindingID of a public key (TokenBindingGenerateID; RFC 8471 3.2).
   *
   * @throws TypeError for a private or a secret key
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY if it is not a valid key of `keyType`
   */
  generateId(keyType: KeyType, publicKey: PublicKeyInput): Promise<BindingIdentifier>;
  /**
   * The TokenBindingID that {@link generateBinding} would use for a target. If the target has no key, it makes one and
   * keeps it (TokenBindingGenerateIDForUri).
   *
   * @param keyType `anyexisting`: the key that the target has, of any type
   * @param targetUri an absolute https: or wss: URL of at most 4,096 characters
   * @throws TokenBindingError ERR_TB_KEY_NOT_FOUND if `keyType` is `anyexisting` and the target has no key;
   * ERR_TB_KEY_STORE; ERR_TB_NOT_SUPPORTED on Windows before version 1903
   */
  generateIdForUri(keyType: KeyType | 'anyexisting', targetUri: string): Promise<BindingIdentifier>;

  /**
   * The highest supported protocol version (TokenBindingGetHighestSupportedVersion): `{ major: 1, minor: 0 }` is RFC 8471.
   */
  getHighestSupportedVersion(): Promise<ProtocolVersion>;
}
