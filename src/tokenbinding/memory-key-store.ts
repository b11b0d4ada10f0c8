import type { KeyObject } from 'node:crypto';
import { checkPrivateKey } from './arguments.js';
import type { KeyStore } from './key-store.js';
import { checkKeyType, type KeyType } from './types.js';

/** Keys that end with the process. */
export class MemoryKeyStore implements KeyStore {
  readonly #scopes = new Map<string, Map<KeyType, KeyObject>>();

  get(scope: string, keyType: KeyType): KeyObject | undefined {
    return this.#scopes.get(scope)?.get(keyType);
  }

  add(scope: string, keyType: KeyType, privateKey: KeyObject): KeyObject {
    checkPrivateKey('privateKey', checkKeyType('keyType', keyType), privateKey);
    let keys = this.#scopes.get(scope);
    if (keys === undefined) {
      keys = new Map();
      this.#scopes.set(scope, keys);
    }
    const kept = keys.get(keyType) ?? privateKey;
    keys.set(keyType, kept);
    return kept;
  }

  delete(scope: string): void {
    this.#scopes.delete(scope);
  }

  deleteAll(): void {
    this.#scopes.clear();
  }
}
