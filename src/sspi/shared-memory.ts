import { secretBytes, secretCopy } from './secret.js';

/** Memory for one call after the other: a new one takes about as long as the cryptography of a short message. */
export class SharedMemory {
  readonly #memory: Uint8Array;
  readonly #words: Int32Array;
  /** The view of the last call: successive messages often have the same length. */
  #view: Uint8Array;

  /** @param length the most bytes that calls share, in whole 32-bit words */
  constructor(length: number) {
    this.#memory = secretBytes(length);
    this.#words = wordsOf(this.#memory);
    this.#view = this.#memory;
  }

  /** The first `length` bytes, which the next call overwrites. More bytes than are shared have a memory of their own. */
  view(length: number): Uint8Array {
    if (length > this.#memory.length) return secretBytes(length);
    if (this.#view.length !== length) this.#view = this.#memory.subarray(0, length);
    return this.#view;
  }

  /** The 32-bit words of a copy of bytes, and perhaps others after them. The next call overwrites them. */
  copyToWords(bytes: Uint8Array): Int32Array {
    if (bytes.length > this.#memory.length) return wordsOf(secretCopy(bytes));
    this.#memory.set(bytes);
    return this.#words;
  }

  /** The 32-bit words of a {@link view}, and perhaps others after them. */
  words(view: Uint8Array): Int32Array {
    return view.length > this.#memory.length ? wordsOf(view) : this.#words;
  }
}

/**
 * The 32-bit words of bytes whose `byteOffset` is a multiple of 4, without the bytes left over at the end. A loop over
 * words takes a quarter of the time.
 */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length >>> 2);
}
