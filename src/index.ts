/**
 * Token Binding (RFC 8471) as tokenbinding.h offers it: {@link open}, or its functions straight from
 * here, on an instance with default options that is opened at the first call.
 *
 * @module
 */
import { open } from './tokenbinding/open.js';
import type { TokenBindingProvider } from './tokenbinding/token-binding-provider.js';

export {
  type OsStatus,
  TokenBindingError,
  type TokenBindingErrorCode,
  type UnavailableReason,
} from './errors.js';
export type { PublicKeyInput } from './tokenbinding/arguments.js';
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

let opened: TokenBindingProvider | undefined;

function shared(): TokenBindingProvider {
  opened ??= open();
  return opened;
}

export const generateBinding: TokenBindingProvider['generateBinding'] = async (request) =>
  shared().generateBinding(request);

export const generateBindingSync: TokenBindingProvider['generateBindingSync'] = (request) =>
  shared().generateBindingSync(request);

export const generateMessage: TokenBindingProvider['generateMessage'] = async (tokenBindings) =>
  shared().generateMessage(tokenBindings);

export const generateMessageSync: TokenBindingProvider['generateMessageSync'] = (tokenBindings) =>
  shared().generateMessageSync(tokenBindings);

export const verifyMessage: TokenBindingProvider['verifyMessage'] = async (message, expected) =>
  shared().verifyMessage(message, expected);

export const verifyMessageSync: TokenBindingProvider['verifyMessageSync'] = (message, expected) =>
  shared().verifyMessageSync(message, expected);

export const getKeyTypesClient: TokenBindingProvider['getKeyTypesClient'] = async () =>
  shared().getKeyTypesClient();

export const getKeyTypesServer: TokenBindingProvider['getKeyTypesServer'] = async () =>
  shared().getKeyTypesServer();

export const deleteBinding: TokenBindingProvider['deleteBinding'] = async (targetUrl) =>
  shared().deleteBinding(targetUrl);

export const deleteAllBindings: TokenBindingProvider['deleteAllBindings'] = async (confirmation) =>
  shared().deleteAllBindings(confirmation);

export const generateId: TokenBindingProvider['generateId'] = async (keyType, publicKey) =>
  shared().generateId(keyType, publicKey);

export const generateIdForUri: TokenBindingProvider['generateIdForUri'] = async (
  keyType,
  targetUri,
) => shared().generateIdForUri(keyType, targetUri);

export const getHighestSupportedVersion: TokenBindingProvider['getHighestSupportedVersion'] =
  async () => shared().getHighestSupportedVersion();
