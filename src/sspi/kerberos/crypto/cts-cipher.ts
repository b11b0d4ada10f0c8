import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import { copyBytes } from '../../../bytes/copy.js';
import { sharedBytes } from '../../../bytes/shared-bytes.js';
import { fillRandom } from '../../secret.js';
import { SharedMemory, wordsOf } from '../../shared-memory.js';

export const BLOCK_LENGTH = 16;
const BLOCK_WORDS = 4;
const ZERO_IV = new Uint8Array(BLOCK_LENGTH);
/** Blocks under masks, those of one message after the other. */
const shared = new SharedMemory(4096);
/** Copies of ciphertexts, which may begin anywhere in a message: words must begin at a multiple of 4. */
const sharedCiphertext = new SharedMemory(2048);

// AES in CBC mode with ciphertext stealing (RFC 3962 5). The last two blocks change places, even after a whole number of
// blocks. Every message has the IV zero.
//
// One cipher object works for all messages: to create one takes longer than to encrypt a short message. Its CBC chain
// goes on from message to message, so the last block of the message before is XORed out of the first block.
//
// The constructors make the cipher objects, so that no call has a message in shared memory while Node makes one: Node
// sets a property `_options` then, and an accessor of that name on Object.prototype could call this package again.

export class CtsEncryptor {
  readonly #cipher: Cipher;
  readonly #last = new Uint8Array(BLOCK_LENGTH);

  /** @param key 16 or 32 bytes, which are overwritten */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv(algorithmOf(key), key, ZERO_IV).setAutoPadding(false);
    key.fill(0);
  }

  /**
   * Encrypts a message.
   *
   * @param padded the message, at least one block, with zeros up to a whole number of blocks. It is altered
   * @param length of the message
   * @returns `length` bytes in a memory of their own
   */
  encrypt(padded: Uint8Array, length: number): Uint8Array {
    xorBlock(padded, 0, this.#last, 0);
    const blocks = this.#cipher.update(padded);
    copyBytes(blocks, blocks.length - BLOCK_LENGTH, BLOCK_LENGTH, this.#last, 0);
    swapLastBlocks(blocks);
    return new Uint8Array(blocks.buffer, blocks.byteOffset, length);
  }

  /** OpenSSL overwrites the key. */
  close(): void {
    this.#cipher.final();
  }
}

export class CtsDecryptor {
  readonly #decipher: Decipher;
  readonly #last = new Uint8Array(BLOCK_LENGTH);

  /** @param key 16 or 32 bytes, which are overwritten */
  constructor(key: Uint8Array) {
    this.#decipher = createDecipheriv(algorithmOf(key), key, ZERO_IV).setAutoPadding(false);
    key.fill(0);
  }

  /**
   * @param ciphertext at least one block
   * @param isSecret whether no copy of the plaintext may stay in freed memory
   * @returns bytes that no other call overwrites
   */
  decrypt(ciphertext: Uint8Array, isSecret: boolean): Uint8Array {
    const { length } = ciphertext;
    if (length % BLOCK_LENGTH === 0) {
      swapLastBlocks(ciphertext);
      const plaintext = this.#decryptBlocks(ciphertext, isSecret);
      swapLastBlocks(ciphertext);
      return plaintext;
    }
    const last = BLOCK_LENGTH * Math.floor(length / BLOCK_LENGTH);
    const beforeLast = last - BLOCK_LENGTH;
    const stolen = this.#decryptBlocks(ciphertext.subarray(beforeLast, last), isSecret);
    const blocks = sharedBytes(last + BLOCK_LENGTH);
    blocks.set(ciphertext);
    copyBytes(ciphertext, beforeLast, BLOCK_LENGTH, blocks, last);
    copyBytes(stolen, 0, BLOCK_LENGTH, blocks, beforeLast);
    copyBytes(ciphertext, last, length - last, blocks, beforeLast);
    stolen.fill(0);
    const plaintext = this.#decryptBlocks(blocks, isSecret);
    blocks.fill(0);
    return plaintext.subarray(0, length);
  }

  /** OpenSSL overwrites the key. */
  close(): void {
    this.#decipher.final();
  }

  /** CBC with the IV zero. */
  #decryptBlocks(blocks: Uint8Array, isSecret: boolean): Uint8Array {
    const plaintext = isSecret
      ? decryptMasked(this.#decipher, blocks)
      : decryptChained(this.#decipher, blocks, this.#last);
    copyBytes(blocks, blocks.length - BLOCK_LENGTH, BLOCK_LENGTH, this.#last, 0);
    return plaintext;
  }
}

function algorithmOf(key: Uint8Array): string {
  return `aes-${8 * key.length}-cbc`;
}

/** @param last the block that the decipher decrypted last */
function decryptChained(decipher: Decipher, blocks: Uint8Array, last: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = decipher.update(blocks);
  const plaintext = new Uint8Array(buffer, byteOffset, length);
  xorBlock(plaintext, 0, last, 0);
  return plaintext;
}

/**
 * Decrypts the blocks, each after a random one. The chain of CBC masks each block of plaintext with the random one:
 * update() leaves a copy of its output in memory that it frees.
 */
function decryptMasked(decipher: Decipher, blocks: Uint8Array): Uint8Array {
  const { length } = blocks;
  const masked = shared.view(2 * length);
  const input = shared.words(masked);
  const ciphertext = sharedCiphertext.copyToWords(blocks);
  // The masks, in the places of the blocks that they mask.
  const plaintext = sharedBytes(length);
  fillRandom(plaintext, length);
  const words = wordsOf(plaintext);
  for (let to = 0, from = 0; from < words.length; to += 2 * BLOCK_WORDS, from += BLOCK_WORDS) {
    for (let index = 0; index < BLOCK_WORDS; index++) {
      input[to + index] = words[from + index] as number;
      input[to + BLOCK_WORDS + index] = ciphertext[from + index] as number;
    }
  }
  const output = wordsOf(decipher.update(masked));
  for (let from = 0; from < words.length; from += BLOCK_WORDS) {
    for (let index = from; index < from + BLOCK_WORDS; index++) {
      const before = from === 0 ? 0 : (ciphertext[index - BLOCK_WORDS] as number);
      const decrypted = output[from + BLOCK_WORDS + index] as number;
      words[index] = (words[index] as number) ^ decrypted ^ before;
    }
  }
  masked.fill(0);
  return plaintext;
}

/** Exchanges the last two of several blocks. */
function swapLastBlocks(blocks: Uint8Array): void {
  const last = blocks.length - BLOCK_LENGTH;
  const beforeLast = last - BLOCK_LENGTH;
  if (beforeLast < 0) return;
  for (let index = 0; index < BLOCK_LENGTH; index++) {
    const byte = blocks[last + index] as number;
    blocks[last + index] = blocks[beforeLast + index] as number;
    blocks[beforeLast + index] = byte;
  }
}

/** XORs a block into a block of `target`. */
function xorBlock(target: Uint8Array, offset: number, source: Uint8Array, start: number): void {
  for (let index = 0; index < BLOCK_LENGTH; index++) {
    target[offset + index] = (target[offset + index] as number) ^ (source[start + index] as number);
  }
}
