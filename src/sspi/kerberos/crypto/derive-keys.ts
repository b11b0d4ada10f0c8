import { type Cipher, createCipheriv } from 'node:crypto';
import { secretBytes } from '../../secret.js';
import { nFold } from './n-fold.js';

const BLOCK_LENGTH = 16;

/** DK of the AES encryption types (RFC 3961 5.1, RFC 3962 6) from one base key, with one cipher object for all. */
export class KeyDeriver {
  readonly #cipher: Cipher;
  readonly #keyLength: number;

  constructor(baseKey: Uint8Array) {
    this.#keyLength = baseKey.length;
    this.#cipher = createCipheriv(`aes-${8 * baseKey.length}-ecb`, baseKey, null);
    this.#cipher.setAutoPadding(false);
  }

  /** DK(base key, constant) for each constant. */
  derive(constants: readonly Uint8Array[]): Uint8Array[] {
    const keys = constants.map(() => secretBytes(this.#keyLength));
    let blocks = secretBytes(BLOCK_LENGTH * constants.length);
    for (const [index, constant] of constants.entries()) {
      const isBlock = constant.length === BLOCK_LENGTH;
      blocks.set(isBlock ? constant : nFold(constant, BLOCK_LENGTH), BLOCK_LENGTH * index);
    }
    for (let offset = 0; offset < this.#keyLength; offset += BLOCK_LENGTH) {
      const next = this.#cipher.update(blocks);
      blocks.fill(0);
      blocks = next;
      for (const [index, key] of keys.entries()) {
        const start = BLOCK_LENGTH * index;
        key.set(blocks.subarray(start, start + BLOCK_LENGTH), offset);
      }
    }
    blocks.fill(0);
    return keys;
  }

  /** OpenSSL overwrites the key. */
  close(): void {
    this.#cipher.final();
  }
}
