import type { KeyObject } from 'node:crypto';
import { copyResult } from '../bytes/result-bytes.js';
import { identifierOf } from './key.js';
import { KeyCache } from './key-cache.js';
import type { KeyStore } from './key-store.js';
import { encodeTokenBinding, encodeTokenBindingMessage } from './message.js';
import { type OwnKey, OwnKeys } from './own-keys.js';
import type {
  CheckedBindingRequest,
  ExpectedBinding,
  ProtocolVersion,
  Provider,
} from './provider.js';
import type { BindingIdentifier, BindingResult, GeneratedBinding } from './results.js';
import { signAsync, signSync } from './signature.js';
import type { Target } from './target.js';
import { type BindingType, KEY_TYPES, type KeyType } from './types.js';
import { verifyMessage, verifyMessageSync } from './verify.js';

/** RFC 8471 in TypeScript over node:crypto. */
export class PortableProvider implements Provider {
  readonly #ownKeys: OwnKeys;
  readonly #publicKeys = new KeyCache();

  constructor(keyStore: KeyStore) {
    this.#ownKeys = new OwnKeys(keyStore);
  }

  async generateBinding({
    keyType,
    target,
    bindingType,
    ekm,
  }: CheckedBindingRequest): Promise<GeneratedBinding> {
    const key = await this.#ownKeys.forTarget(keyType, target);
    const signed = { bindingType, keyType: key.keyType, ekm };
    return generated(key, bindingType, await signAsync(key.privateKey, signed));
  }

  generateBindingSync({
    keyType,
    target,
    bindingType,
    ekm,
  }: CheckedBindingRequest): GeneratedBinding {
    const key = this.#ownKeys.forTargetSync(keyType, target);
    const signed = { bindingType, keyType: key.keyType, ekm };
    return generated(key, bindingType, signSync(key.privateKey, signed));
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

  async deleteBinding(target: Target): Promise<void> {
    await this.#ownKeys.delete(target);
  }

  async deleteAllBindings(): Promise<void> {
    await this.#ownKeys.deleteAll();
  }

  async generateId(keyType: KeyType, publicKey: KeyObject): Promise<BindingIdentifier> {
    return { keyType, identifier: identifierOf(keyType, publicKey) };
  }

  async generateIdForUri(
    wanted: KeyType | 'anyexisting',
    target: Target,
  ): Promise<BindingIdentifier> {
    const { keyType, identifier } = await this.#ownKeys.forTarget(wanted, target);
    return { keyType, identifier: copyResult(identifier) };
  }

  async getHighestSupportedVersion(): Promise<ProtocolVersion> {
    return { major: 1, minor: 0 };
  }
}

function generated(
  { keyType, identifier }: OwnKey,
  bindingType: BindingType,
  signature: Uint8Array,
): GeneratedBinding {
  const tokenBinding = encodeTokenBinding(bindingType, identifier, signature);
  return { bindingType, keyType, identifier: copyResult(identifier), tokenBinding };
}
