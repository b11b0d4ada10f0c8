import { type Cipher, createCipheriv } from 'node:crypto';
import { secretBytes } from '../../secret.js';
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
    const memory = secretBytes(keyLength * constants.length);
    const keys = constants.map((_, index) => {
      return memory.subarray(keyLength * index, keyLength * (index + 1));
    });
    let blocks = secretBytes(BLOCK_LENGTH * constants.length);
    for (const [index, constant] of constants.entries()) {
      const isBlock = constant.length === BLOCK_LENGTH;
      blocks.set(isBlock ? constant : nFold(constant, BLOCK_LENGTH), BLOCK_LENGTH * index);
    }
    for (let offset = 0; offset < keyLength; offset += BLOCK_LENGTH) {
      const next = this.#cipher.update(blocks);
      blocks.fill(0);
      blocks = next;
      for (const [index, key] of keys.entries()) {
        const start = BLOCK_LENGTH * index;
        key.set(blocks.subarray(start, start + BLOCK_LENGTH), offset);
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
