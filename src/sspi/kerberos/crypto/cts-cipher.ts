import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import { secretBytes } from '../../secret.js';

export const BLOCK_LENGTH = 16;
const ZERO_IV = new Uint8Array(BLOCK_LENGTH);

/**
 * AES in CBC mode with ciphertext stealing (RFC 3962 5). The last two blocks change places, even after a whole number
 * of blocks. Every message has the IV zero.
 *
 * One cipher object works for all messages: to create one takes longer than to encrypt a short message. Its CBC
 * chain goes on from message to message, so the last block of the message before is XORed out of the first block.
 */
export class CtsCipher {
  readonly #key: Uint8Array;
  #cipher: Cipher | undefined;
  #decipher: Decipher | undefined;
  readonly #lastEncrypted = new Uint8Array(BLOCK_LENGTH);
  readonly #lastDecrypted = new Uint8Array(BLOCK_LENGTH);

  /** @param key 16 or 32 bytes, which become this object's own */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /**
   * Encrypts a message.
   *
   * @param padded the message, at least one block, with zeros up to a whole number of blocks. It is altered
   * @param length of the message
   * @param output for the `length` bytes of ciphertext
   */
  encrypt(padded: Uint8Array, length: number, output: Uint8Array): void {
    this.#cipher ??= createCipheriv(this.#algorithm, this.#key, ZERO_IV).setAutoPadding(false);
    xorBlock(padded, this.#lastEncrypted);
    const blocks = this.#cipher.update(padded);
    const last = padded.length - BLOCK_LENGTH;
    this.#lastEncrypted.set(blocks.subarray(last));
    if (last === 0) {
      output.set(blocks);
      return;
    }
    const beforeLast = last - BLOCK_LENGTH;
    output.set(blocks.subarray(0, beforeLast));
    output.set(blocks.subarray(last), beforeLast);
    output.set(blocks.subarray(beforeLast, beforeLast + length - last), last);
  }

  /** @param ciphertext at least one block */
  decrypt(ciphertext: Uint8Array): Uint8Array {
    const { length } = ciphertext;
    const last = BLOCK_LENGTH * (Math.ceil(length / BLOCK_LENGTH) - 1);
    if (last === 0) return this.#decryptBlocks(ciphertext);
    const beforeLast = last - BLOCK_LENGTH;
    const lastBlock = ciphertext.subarray(beforeLast, last);
    const stolen = this.#decryptBlocks(lastBlock);
    const blocks = secretBytes(last + BLOCK_LENGTH);
    blocks.set(ciphertext.subarray(0, beforeLast));
    blocks.set(stolen, beforeLast);
    blocks.set(ciphertext.subarray(last), beforeLast);
    blocks.set(lastBlock, last);
    stolen.fill(0);
    const plaintext = this.#decryptBlocks(blocks);
    blocks.fill(0);
    return plaintext.subarray(0, length);
  }

  /** Overwrites the key. OpenSSL overwrites its own copies. */
  close(): void {
    this.#cipher?.final();
    this.#decipher?.final();
    this.#key.fill(0);
  }

  /** CBC with the IV zero. */
  #decryptBlocks(blocks: Uint8Array): Uint8Array {
    this.#decipher ??= createDecipheriv(this.#algorithm, this.#key, ZERO_IV).setAutoPadding(false);
    const { buffer, byteOffset, length } = this.#decipher.update(blocks);
    const plaintext = new Uint8Array(buffer, byteOffset, length);
    xorBlock(plaintext, this.#lastDecrypted);
    this.#lastDecrypted.set(blocks.subarray(blocks.length - BLOCK_LENGTH));
    return plaintext;
  }

  get #algorithm(): string {
    return `aes-${8 * this.#key.length}-cbc`;
  }
}

/** XORs a block into the first block of `target`. */
function xorBlock(target: Uint8Array, block: Uint8Array): void {
  for (let index = 0; index < BLOCK_LENGTH; index++) {
    target[index] = (target[index] as number) ^ (block[index] as number);
  }
}
