/**
 * Token Binding (RFC 8471) as tokenbinding.h offers it: {@link open}, or its functions straight from
 * here, on an instance with default options that is opened at the first call.
 *
 * @module
 */
import { open } from './tokenbinding/open.js';
import type { TokenBinding } from './tokenbinding/token-binding.js';

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
export type { ProviderDescription, TokenBinding } from './tokenbinding/token-binding.js';
export type { BindingType, KeyType } from './tokenbinding/types.js';

let opened: TokenBinding | undefined;

function shared(): TokenBinding {
  opened ??= open();
  return opened;
}

export const generateBinding: TokenBinding['generateBinding'] = async (request) =>
  shared().generateBinding(request);

export const generateBindingSync: TokenBinding['generateBindingSync'] = (request) =>
  shared().generateBindingSync(request);

export const generateMessage: TokenBinding['generateMessage'] = async (tokenBindings) =>
  shared().generateMessage(tokenBindings);

export const generateMessageSync: TokenBinding['generateMessageSync'] = (tokenBindings) =>
  shared().generateMessageSync(tokenBindings);

export const verifyMessage: TokenBinding['verifyMessage'] = async (message, expected) =>
  shared().verifyMessage(message, expected);

export const verifyMessageSync: TokenBinding['verifyMessageSync'] = (message, expected) =>
  shared().verifyMessageSync(message, expected);

export const getKeyTypesClient: TokenBinding['getKeyTypesClient'] = async () =>
  shared().getKeyTypesClient();

export const getKeyTypesServer: TokenBinding['getKeyTypesServer'] = async () =>
  shared().getKeyTypesServer();

export const deleteBinding: TokenBinding['deleteBinding'] = async (targetUrl) =>
  shared().deleteBinding(targetUrl);

export const deleteAllBindings: TokenBinding['deleteAllBindings'] = async (confirmation) =>
  shared().deleteAllBindings(confirmation);

export const generateId: TokenBinding['generateId'] = async (keyType, publicKey) =>
  shared().generateId(keyType, publicKey);

export const generateIdForUri: TokenBinding['generateIdForUri'] = async (keyType, targetUri) =>
  shared().generateIdForUri(keyType, targetUri);

export const getHighestSupportedVersion: TokenBinding['getHighestSupportedVersion'] = async () =>
  shared().getHighestSupportedVersion();
