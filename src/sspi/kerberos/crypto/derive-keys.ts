import { type Cipher, createCipheriv } from 'node:crypto';
import { copyBytes } from '../../../bytes/copy.js';
import { sharedBytes } from '../../../bytes/shared-bytes.js';
import { nFold } from './n-fold.js';

const BLOCK_LENGTH = 16;

/** DK of the AES encryption types (RFC 3961 5.1, RFC 3962 6) from one base key, with one cipher object for all. */
export class KeyDeriver {
  readonly #baseKey: Uint8Array;
  #cipher: Cipher | undefined;

  /** @param baseKey is kept without a copy and not overwritten */
  constructor(baseKey: Uint8Array) {
    this.#baseKey = baseKey;
  }

  /**
   * DK(base key, constant) for each constant.
   *
   * @param constants each of one block, or any length
   */
  derive(constants: readonly Uint8Array[]): Uint8Array[] {
    const keyLength = this.#baseKey.length;
    // Many keys are made that never derive another.
    this.#cipher ??= createCipheriv(`aes-${8 * keyLength}-ecb`, this.#baseKey, null).setAutoPadding(
      false,
    );
    let blocks = sharedBytes(BLOCK_LENGTH * constants.length);
    const keys: Uint8Array[] = [];
    for (const constant of constants) {
      const isBlock = constant.length === BLOCK_LENGTH;
      blocks.set(isBlock ? constant : nFold(constant, BLOCK_LENGTH), BLOCK_LENGTH * keys.length);
      keys.push(sharedBytes(keyLength));
    }
    for (let offset = 0; offset < keyLength; offset += BLOCK_LENGTH) {
      const next = this.#cipher.update(blocks);
      blocks.fill(0);
      blocks = next;
      for (let index = 0; index < keys.length; index++) {
        copyBytes(blocks, BLOCK_LENGTH * index, BLOCK_LENGTH, keys[index] as Uint8Array, offset);
      }
    }
    blocks.fill(0);
    // update() leaves a copy in freed memory, which its next call of the same length gets.
    this.#cipher.update(blocks);
    return keys;
  }

  /** OpenSSL overwrites the key. */
  close(): void {
    this.#cipher?.final();
  }
}
