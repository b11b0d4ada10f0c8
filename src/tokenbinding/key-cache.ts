import { BoundedMap } from './bounded-map.js';
import { decodeTokenBindingKey, type TokenBindingID } from './identifier.js';
import { importPublicKey } from './key.js';
import { type VerifyingKey, verifyingKeyOf } from './signature.js';

const CAPACITY = 512;

interface Entry {
  readonly identifier: Uint8Array;
  readonly publicKey: VerifyingKey;
}

/**
 * Imported public keys by the bytes of their TokenBindingID. It never keeps a verdict, which is valid for one
 * connection's EKM only. It keeps a key from its second use on, so that keys seen once do not displace the others.
 */
export class KeyCache {
  readonly #entries = new BoundedMap<number, Entry>(CAPACITY);
  readonly #seenOnce = new BoundedMap<number, true>(CAPACITY);

  /**
   * The public key of a TokenBindingID; undefined for unregistered key parameters.
   *
   * @param index of the TokenBinding in its message, for the path of the error
   * @throws TokenBindingError ERR_TB_UNUSABLE_KEY
   */
  get({ keyType, bytes }: TokenBindingID, index: number): VerifyingKey | undefined {
    if (typeof keyType === 'number') return undefined;
    const slot = slotOf(bytes);
    const entry = this.#entries.get(slot);
    if (entry !== undefined && Buffer.compare(entry.identifier, bytes) === 0) {
      return entry.publicKey;
    }
    const key = decodeTokenBindingKey(bytes);
    const imported = importPublicKey(key, `tokenbindings[${index}].tokenbindingid`);
    const publicKey = verifyingKeyOf(keyType, imported);
    if (this.#seenOnce.get(slot) === undefined) this.#seenOnce.set(slot, true);
    else this.#entries.set(slot, { identifier: new Uint8Array(bytes), publicKey });
    return publicKey;
  }
}

/**
 * Four bytes of the X coordinate or the modulus, which are as good as random in honest keys. Keys crafted to share them
 * displace each other, and each use then costs one import.
 */
function slotOf(identifier: Uint8Array): number {
  let slot = 0;
  for (let index = 8; index < 12; index++) slot = (slot << 8) | (identifier[index] ?? 0);
  return slot;
}
