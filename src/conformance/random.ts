/** Pseudo-random numbers that are the same on every platform. They are no secret. */
export class Random {
  #state: number;

  constructor(seed: number, index: number) {
    this.#state = scramble(seed ^ scramble(index));
  }

  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return Math.floor((scramble(this.#state) / 0x1_0000_0000) * bound);
  }

  /** One item of a list. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** A permutation of 32 bits (the finalizer of MurmurHash3), unsigned. */
function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
