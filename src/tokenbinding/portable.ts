import type { KeyObject } from 'node:crypto';
import { identifierOf } from './key.js';
import { KeyCache } from './key-cache.js';
import type { KeyStore } from './key-store.js';
import { encodeTokenBinding, encodeTokenBindingMessage } from './message.js';
import { type OwnKey, OwnKeys } from './own-keys.js';
import type { BindingRequest, ExpectedBinding, ProtocolVersion, Provider } from './provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import { signAsync, signedData, signSync } from './signature.js';
import {
  type BindingType,
  KEY_TYPES,
  type KeyType,
  keyParametersOf,
  tokenBindingTypeOf,
} from './types.js';
import { verifyMessage, verifyMessageSync } from './verify.js';

/** RFC 8471 in TypeScript over node:crypto. */
export class PortableProvider implements Provider {
  readonly #ownKeys: OwnKeys;
  readonly #publicKeys = new KeyCache();

  constructor(keyStore: KeyStore) {
    this.#ownKeys = new OwnKeys(keyStore);
  }

  async generateBinding(request: BindingRequest): Promise<GeneratedBinding> {
    const ekm = new Uint8Array(request.ekm);
    const key = await this.#ownKeys.forTarget(request.keyType, request.targetUrl);
    const data = dataToSign(key, request.bindingType, ekm);
    return generated(key, request.bindingType, await signAsync(key.keyType, key.privateKey, data));
  }

  generateBindingSync({ keyType, targetUrl, bindingType, ekm }: BindingRequest): GeneratedBinding {
    const key = this.#ownKeys.forTargetSync(keyType, targetUrl);
    const data = dataToSign(key, bindingType, ekm);
    return generated(key, bindingType, signSync(key.keyType, key.privateKey, data));
  }

  async generateMessage(tokenBindings: readonly Uint8Array[]): Promise<Uint8Array> {
    return encodeTokenBindingMessage(tokenBindings);
  }

  generateMessageSync(tokenBindings: readonly Uint8Array[]): Uint8Array {
    return encodeTokenBindingMessage(tokenBindings);
  }

  verifyMessage(message: Uint8Array, expected: ExpectedBinding): Promise<BindingResult[]> {
    return verifyMessage(message, expected, this.#publicKeys);
  }

  verifyMessageSync(message: Uint8Array, expected: ExpectedBinding): BindingResult[] {
    return verifyMessageSync(message, expected, this.#publicKeys);
  }

  async getKeyTypesClient(): Promise<KeyType[]> {
    return [...KEY_TYPES];
  }

  async getKeyTypesServer(): Promise<KeyType[]> {
    return [...KEY_TYPES];
  }

  async deleteBinding(targetUrl: string): Promise<void> {
    await this.#ownKeys.delete(targetUrl);
  }

  async deleteAllBindings(): Promise<void> {
    await this.#ownKeys.deleteAll();
  }

  async generateId(keyType: KeyType, publicKey: KeyObject): Promise<BindingIdentifier> {
    return { keyType, identifier: identifierOf(keyType, publicKey) };
  }

  async generateIdForUri(
    wanted: KeyType | 'anyexisting',
    targetUri: string,
  ): Promise<BindingIdentifier> {
    const { keyType, identifier } = await this.#ownKeys.forTarget(wanted, targetUri);
    return { keyType, identifier: new Uint8Array(identifier) };
  }

  async getHighestSupportedVersion(): Promise<ProtocolVersion> {
    return { major: 1, minor: 0 };
  }
}

function dataToSign({ keyType }: OwnKey, bindingType: BindingType, ekm: Uint8Array): Uint8Array {
  return signedData(tokenBindingTypeOf(bindingType), keyParametersOf(keyType), ekm);
}

function generated(
  { keyType, identifier }: OwnKey,
  bindingType: BindingType,
  signature: Uint8Array,
): GeneratedBinding {
  const tokenBinding = encodeTokenBinding(bindingType, identifier, signature);
  return { bindingType, keyType, identifier: new Uint8Array(identifier), tokenBinding };
}
