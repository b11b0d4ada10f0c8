/**
 * Gives out the parts of one memory after the other. A new ArrayBuffer for each small array would take longer than the
 * rest of the work on it.
 */
export class Slab {
  readonly #length: number;
  readonly #most: number;
  #memory = new ArrayBuffer(0);
  #used = 0;

  /**
   * @param length of each memory, in bytes: an array that is kept keeps so much
   * @param most the length of the longest array that shares a memory
   */
  constructor(length: number, most: number) {
    this.#length = length;
    this.#most = most;
  }

  /** Zeros. No part of a memory is given out twice. */
  take(length: number): Uint8Array {
    if (length === 0 || length > this.#most) return new Uint8Array(new ArrayBuffer(length));
    if (this.#used + length > this.#memory.byteLength) {
      this.#memory = new ArrayBuffer(this.#length);
      this.#used = 0;
    }
    const bytes = new Uint8Array(this.#memory, this.#used, length);
    // The next array begins with a whole 32-bit word.
    this.#used += (length + 3) & ~3;
    return bytes;
  }
}
