/**
 * Token Binding (RFC 8471) with the functions of Windows' tokenbinding.h. {@link open} returns a provider. The functions
 * of the same names here use a default provider, which the first call opens without options.
 *
 * @module
 */
import type { PublicKeyInput } from './tokenbinding/arguments.js';
import { defaultProvider } from './tokenbinding/default-provider.js';
import type { BindingRequest, ExpectedBinding, ProtocolVersion } from './tokenbinding/provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './tokenbinding/results.js';
import type { TokenBindingProvider } from './tokenbinding/token-binding-provider.js';
import type { KeyType } from './tokenbinding/types.js';

export type { OsStatus } from './native/status.js';
export type { PublicKeyInput } from './tokenbinding/arguments.js';
export {
  TokenBindingError,
  type TokenBindingErrorCode,
  type UnavailableReason,
} from './tokenbinding/error.js';
export { type ExportOptions, exportKeyingMaterial } from './tokenbinding/exporter.js';
export { FileKeyStore, type FileKeyStoreOptions } from './tokenbinding/file-key-store.js';
export type { KeyStore } from './tokenbinding/key-store.js';
export { MemoryKeyStore } from './tokenbinding/memory-key-store.js';
export { type OpenOptions, open } from './tokenbinding/open.js';
export type { BindingRequest, ExpectedBinding, ProtocolVersion } from './tokenbinding/provider.js';
export type {
  BindingIdentifier,
  BindingResult,
  GeneratedBinding,
} from './tokenbinding/results.js';
export type {
  ProviderDescription,
  TokenBindingProvider,
} from './tokenbinding/token-binding-provider.js';
export type { BindingType, KeyType } from './tokenbinding/types.js';

/**
 * Makes one TokenBinding for a connection: signs the connection's EKM with the key of the target. If the target has no
 * key, it makes one and keeps it (TokenBindingGenerateBinding; RFC 8471 4.1).
 *
 * For a referred binding, `targetUrl` is the token consumer, and `ekm` is of the connection to the token provider.
 *
 * @param request the key type, the target's URL, the binding type and the EKM of 32 bytes
 * @returns the encoded TokenBinding with its TokenBindingID
 * @throws TypeError, RangeError for a wrong argument
 * @throws TokenBindingError ERR_TB_KEY_NOT_FOUND if `keyType` is `anyexisting` and the target has no key;
 * ERR_TB_KEY_STORE; ERR_TB_OS
 *
 * @example
 * import { randomBytes } from 'node:crypto';
 * import { generateBinding } from 'tokenbinding';
 *
 * const binding = await generateBinding({
 *   keyType: 'ecdsap256',
 *   targetUrl: 'https://server.example.com/',
 *   bindingType: 'provided',
 *   ekm: randomBytes(32), // in place of exportKeyingMaterial(socket)
 * });
 * console.log(binding.tokenBinding.length, binding.identifier.length); // 137 68
 */
export async function generateBinding(request: BindingRequest): Promise<GeneratedBinding> {
  return defaultProvider().generateBinding(request);
}

/**
 * {@link generateBinding} on the calling thread, which it blocks for a large part of a second to make an RSA key.
 *
 * @throws TokenBindingError ERR_TB_NOT_SUPPORTED if the key store returns promises
 */
export function generateBindingSync(request: BindingRequest): GeneratedBinding {
  return defaultProvider().generateBindingSync(request);
}

/**
 * Makes one TokenBindingMessage of TokenBindings, in their order (TokenBindingGenerateMessage; RFC 8471 3). In base64url
 * it is the value of the header Sec-Token-Binding.
 *
 * @param tokenBindings at least one; 132 to 65,535 bytes together
 * @returns the message: 134 to 65,537 bytes
 * @throws TypeError, RangeError for a wrong argument
 * @throws TokenBindingError ERR_TB_MALFORMED if one of them is not a TokenBinding; the `path` has its index
 *
 * @example
 * import { randomBytes } from 'node:crypto';
 * import { generateBinding, generateMessage } from 'tokenbinding';
 * import { encodeBase64url } from 'tokenbinding/wire';
 *
 * const ekm = randomBytes(32); // in place of exportKeyingMaterial(socket)
 * const keyType = 'ecdsap256';
 * const [provided, referred] = await Promise.all([
 *   generateBinding({ keyType, targetUrl: 'https://idp.example/', bindingType: 'provided', ekm }),
 *   generateBinding({ keyType, targetUrl: 'https://rp.example/', bindingType: 'referred', ekm }),
 * ]);
 * const message = await generateMessage([provided.tokenBinding, referred.tokenBinding]);
 * console.log(message.length); // 276
 * const headers = { 'Sec-Token-Binding': encodeBase64url(message) };
 */
export async function generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
  return defaultProvider().generateMessage(tokenBindings);
}

/** {@link generateMessage} on the calling thread. */
export function generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
  return defaultProvider().generateMessageSync(tokenBindings);
}

/**
 * Verifies a TokenBindingMessage (TokenBindingVerifyMessage; RFC 8471 4.2). One failure rejects the whole message: it
 * never returns only the valid bindings. {@link TokenBindingProvider.verifyMessage} has the rules in full.
 *
 * The application protocol decides which bindings a message must have. A message with only a referred binding
 * passes here, so count the provided ones.
 *
 * @param message the bytes of the message, decoded from base64url
 * @param expected the negotiated key type, the EKM (32 bytes) of the connection that carried the message, and how many
 * TokenBindings the message may have
 * @returns one result for each TokenBinding, in the order of the message
 * @throws TypeError, RangeError for a wrong argument
 * @throws TokenBindingError ERR_TB_MALFORMED, ERR_TB_KEY_TYPE, ERR_TB_UNUSABLE_KEY, ERR_TB_SIGNATURE, ERR_TB_OS
 *
 * @example
 * import { randomBytes } from 'node:crypto';
 * import { generateBinding, generateMessage, verifyMessage } from 'tokenbinding';
 *
 * const ekm = randomBytes(32); // in place of exportKeyingMaterial(socket), the same at both ends
 * const { tokenBinding } = await generateBinding({
 *   keyType: 'ecdsap256',
 *   targetUrl: 'https://server.example.com/',
 *   bindingType: 'provided',
 *   ekm,
 * });
 * const message = await generateMessage([tokenBinding]);
 *
 * const results = await verifyMessage(message, { keyType: 'ecdsap256', ekm, maxTokenBindings: 2 });
 * const provided = results.filter(({ bindingType }) => bindingType === 'provided');
 * if (provided.length !== 1) throw new Error('expected exactly one provided binding');
 * console.log(provided[0].status); // verified
 *
 * // The message of another connection:
 * await verifyMessage(message, { keyType: 'ecdsap256', ekm: randomBytes(32) }).catch((error) => {
 *   console.log(error.code); // ERR_TB_SIGNATURE
 * });
 */
export async function verifyMessage(
  message: Uint8Array,
  expected: ExpectedBinding,
): Promise<BindingResult[]> {
  return defaultProvider().verifyMessage(message, expected);
}

/** {@link verifyMessage} on the calling thread. It is faster for one message at a time. */
export function verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
  return defaultProvider().verifyMessageSync(message, expected);
}

/**
 * The key types that a client can use, the preferred one first (TokenBindingGetKeyTypesClient). Leaves out the types of
 * Windows that RFC 8471 does not name.
 *
 * @example
 * import { getKeyTypesClient } from 'tokenbinding';
 *
 * const [keyType] = await getKeyTypesClient();
 */
export async function getKeyTypesClient(): Promise<KeyType[]> {
  return defaultProvider().getKeyTypesClient();
}

/**
 * The key types that a server can verify, the preferred one first (TokenBindingGetKeyTypesServer).
 *
 * @example
 * import { getHighestSupportedVersion, getKeyTypesServer } from 'tokenbinding';
 *
 * // What selectNegotiation of tokenbinding/wire takes for a server:
 * const support = {
 *   versions: [await getHighestSupportedVersion()],
 *   keyTypes: await getKeyTypesServer(),
 * };
 */
export async function getKeyTypesServer(): Promise<KeyType[]> {
  return defaultProvider().getKeyTypesServer();
}

/**
 * Deletes the keys of a target, of every key type (TokenBindingDeleteBinding). A target without a key is no error.
 *
 * @param targetUrl an absolute https: or wss: URL of at most 4,096 characters
 * @throws TypeError, RangeError for a wrong argument
 * @throws TokenBindingError ERR_TB_KEY_STORE; ERR_TB_OS
 *
 * @example
 * import { deleteBinding } from 'tokenbinding';
 *
 * await deleteBinding('https://server.example.com/');
 */
export async function deleteBinding(targetUrl: string): Promise<void> {
  return defaultProvider().deleteBinding(targetUrl);
}

/**
 * Deletes every Token Binding key (TokenBindingDeleteAllBindings). On Windows these are the keys of the user, made by any
 * program: hence the confirmation. The portable provider has the keys of this process.
 *
 * @param confirmation exactly `{ everyKeyOfThisUser: true }`
 * @throws TypeError, RangeError for another confirmation
 * @throws TokenBindingError ERR_TB_KEY_STORE; ERR_TB_OS
 */
export async function deleteAllBindings(confirmation: { everyKeyOfThisUser: true }): Promise<void> {
  return defaultProvider().deleteAllBindings(confirmation);
}

/**
 * The TokenBindingID of a public key (TokenBindingGenerateID; RFC 8471 3.2).
 *
 * @param publicKey a KeyObject, DER or a JWK
 * @returns the identifier: 68 bytes for P-256, 265 for RSA with the exponent 65537
 * @throws TypeError, RangeError for a wrong argument, and for a private or a secret key
 * @throws TokenBindingError ERR_TB_UNUSABLE_KEY if it is not a valid key of `keyType`; ERR_TB_OS
 *
 * @example
 * import { generateKeyPairSync } from 'node:crypto';
 * import { generateId } from 'tokenbinding';
 *
 * const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
 * const { identifier } = await generateId('ecdsap256', publicKey);
 * console.log(identifier.length); // 68
 */
export async function generateId(
  keyType: KeyType,
  publicKey: PublicKeyInput,
): Promise<BindingIdentifier> {
  return defaultProvider().generateId(keyType, publicKey);
}

/**
 * The TokenBindingID that {@link generateBinding} would use for a target. If the target has no key, it makes one and
 * keeps it (TokenBindingGenerateIDForUri).
 *
 * @param keyType `anyexisting`: the key that the target has, of any type
 * @param targetUri an absolute https: or wss: URL of at most 4,096 characters
 * @throws TypeError, RangeError for a wrong argument
 * @throws TokenBindingError ERR_TB_KEY_NOT_FOUND if `keyType` is `anyexisting` and the target has no key;
 * ERR_TB_KEY_STORE; ERR_TB_NOT_SUPPORTED on Windows before version 1903; ERR_TB_OS
 *
 * @example
 * import { generateIdForUri } from 'tokenbinding';
 *
 * // Hosts of one registrable domain share a key.
 * const { identifier } = await generateIdForUri('ecdsap256', 'https://a.example.com/');
 * const other = await generateIdForUri('anyexisting', 'wss://b.example.com/');
 * console.log(Buffer.compare(identifier, other.identifier)); // 0
 */
export async function generateIdForUri(
  keyType: KeyType | 'anyexisting',
  targetUri: string,
): Promise<BindingIdentifier> {
  return defaultProvider().generateIdForUri(keyType, targetUri);
}

/**
 * The highest supported protocol version (TokenBindingGetHighestSupportedVersion).
 *
 * @returns `{ major: 1, minor: 0 }` for RFC 8471
 *
 * @example
 * import { getHighestSupportedVersion } from 'tokenbinding';
 *
 * const { major, minor } = await getHighestSupportedVersion();
 */
export async function getHighestSupportedVersion(): Promise<ProtocolVersion> {
  return defaultProvider().getHighestSupportedVersion();
}
