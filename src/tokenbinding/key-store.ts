import type { KeyObject } from 'node:crypto';
import type { KeyType } from './types.js';

/** A value, or a promise of it. */
type Awaitable<T> = T | Promise<T>;

/**
 * Keeps the private keys of the portable provider: at most one for each scope and key type. A scope is a registrable
 * domain or a host name in lower-case ASCII, or an IP address.
 *
 * A method may return a promise. Then `generateBindingSync` fails with ERR_TB_NOT_SUPPORTED. An error that a
 * method throws reaches the caller unchanged.
 */
export interface KeyStore {
  /** The private key of a scope and key type; undefined if there is none. */
  get(scope: string, keyType: KeyType): Awaitable<KeyObject | undefined>;
  /**
   * Keeps a private key, unless the scope has one of that type. It must be atomic: of two calls at once, one keeps its
   * key and both return it.
   *
   * @returns the key that is kept now
   */
  add(scope: string, keyType: KeyType, privateKey: KeyObject): Awaitable<KeyObject>;
  /** Deletes the keys of a scope, of every type. A scope without a key is no error. */
  delete(scope: string): Awaitable<void>;
  /** Deletes every key. */
  deleteAll(): Awaitable<void>;
}
