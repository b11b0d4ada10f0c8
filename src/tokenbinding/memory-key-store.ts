import type { KeyObject } from 'node:crypto';
import { checkPrivateKey } from './arguments.js';
import type { KeyStore } from './key-store.js';
import { checkKeyType, type KeyType } from './types.js';

/**
 * Keeps private keys in memory: the default key store of the portable provider. The keys are lost when the process
 * ends.
 *
 * @example
 * import { MemoryKeyStore, open } from 'tokenbinding';
 *
 * const keyStore = new MemoryKeyStore();
 * const provider = open({ provider: 'portable', keyStore });
 * await provider.generateIdForUri('ecdsap256', 'https://server.example.com/');
 * console.log(keyStore.get('example.com', 'ecdsap256')?.asymmetricKeyType); // ec
 */
export class MemoryKeyStore implements KeyStore {
  readonly #scopes = new Map<string, Map<KeyType, KeyObject>>();

  /** The private key of a scope and key type; undefined if there is none. */
  get(scope: string, keyType: KeyType): KeyObject | undefined {
    return this.#scopes.get(scope)?.get(keyType);
  }

  /**
   * Keeps a private key, unless the scope has one of that type.
   *
   * @returns the key that is kept now
   * @throws TypeError, RangeError for a wrong key type, and for anything but a private KeyObject
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY for a key of another type than `keyType`
   */
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

  /** Deletes the keys of a scope, of every type. */
  delete(scope: string): void {
    this.#scopes.delete(scope);
  }

  /** Deletes every key. */
  deleteAll(): void {
    this.#scopes.clear();
  }
}
