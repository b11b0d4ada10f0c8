import type { KeyObject } from 'node:crypto';
import type { TokenBindingID } from './identifier.js';
import { importPublicKey } from './key.js';
import { LruMap } from './lru.js';

const CAPACITY = 1024;

/**
 * Public keys already imported, by the bytes of their TokenBindingID. It holds keys and never
 * verdicts: a verdict belongs to one connection's EKM.
 */
export class KeyCache {
  readonly #keys = new LruMap<string, KeyObject>(CAPACITY);

  /**
   * The key of an identifier, or undefined where its key parameters are unknown.
   *
   * @param index of the TokenBinding in its message, for the error's path
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY
   */
  get({ bytes, key }: TokenBindingID, index: number): KeyObject | undefined {
    if (key.kind === 'unknown') return undefined;
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    let publicKey = this.#keys.get(name);
    if (publicKey === undefined) {
      publicKey = importPublicKey(key, `tokenbindings[${index}].tokenbindingid`);
      this.#keys.set(name, publicKey);
    }
    return publicKey;
  }
}
