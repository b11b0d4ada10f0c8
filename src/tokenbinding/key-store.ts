import type { KeyObject } from 'node:crypto';
import type { KeyType } from './types.js';

type Awaitable<T> = T | Promise<T>;

/**
 * Where the portable provider keeps Token Binding private keys: at most one for each scope and key
 * type. A scope is a host name or a registrable domain in lower-case ASCII, or an IP address.
 *
 * A method may answer with a promise; the synchronous calls then fail with ERR_TB_NOT_SUPPORTED.
 * What a method throws reaches the caller as it is.
 */
export interface KeyStore {
  /** The private key for a scope and key type. */
  get(scope: string, keyType: KeyType): Awaitable<KeyObject | undefined>;
  /**
   * Keeps a private key unless the scope already has one of that type, as one step that no other
   * caller can come between, and answers with the key that is kept now.
   */
  add(scope: string, keyType: KeyType, privateKey: KeyObject): Awaitable<KeyObject>;
  /** Forgets the keys of every type for a scope; none is no error. */
  delete(scope: string): Awaitable<void>;
  /** Forgets every key. */
  deleteAll(): Awaitable<void>;
}
