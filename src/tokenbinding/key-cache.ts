import type { KeyObject } from 'node:crypto';
import { BoundedMap } from './bounded-map.js';
import { decodeTokenBindingKey, type TokenBindingID } from './identifier.js';
import { importPublicKey } from './key.js';

const CAPACITY = 512;

interface Entry {
  readonly identifier: Uint8Array;
  readonly publicKey: KeyObject;
}

/**
 * Public keys already imported, by the bytes of their TokenBindingID. It holds keys and never
 * verdicts: a verdict belongs to one connection's EKM. A key is kept from its second use on, so that
 * keys that come but once do not push out the others.
 */
export class KeyCache {
  readonly #entries = new BoundedMap<number, Entry>(CAPACITY);
  readonly #seenOnce = new BoundedMap<number, true>(CAPACITY);

  /**
   * The key of an identifier, or undefined where its key parameters are unknown.
   *
   * @param index of the TokenBinding in its message, for the error's path
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY
   */
  get({ keyType, bytes }: TokenBindingID, index: number): KeyObject | undefined {
    if (typeof keyType === 'number') return undefined;
    const slot = slotOf(bytes);
    const entry = this.#entries.get(slot);
    if (entry !== undefined && Buffer.compare(entry.identifier, bytes) === 0) {
      return entry.publicKey;
    }
    const key = decodeTokenBindingKey(bytes);
    const publicKey = importPublicKey(key, `tokenbindings[${index}].tokenbindingid`);
    if (this.#seenOnce.get(slot) === undefined) this.#seenOnce.set(slot, true);
    else this.#entries.set(slot, { identifier: new Uint8Array(bytes), publicKey });
    return publicKey;
  }
}

/**
 * Four bytes from within the X coordinate or the modulus: as good as random in honest keys. Keys
 * made to share them take the slot from each other, which costs an import a time and no more.
 */
function slotOf(identifier: Uint8Array): number {
  let slot = 0;
  for (let index = 8; index < 12; index++) slot = (slot << 8) | (identifier[index] ?? 0);
  return slot;
}
