/** Numbers that follow from a seed and are the same everywhere; of no use where secrecy matters. */
export class Random {
  #state: number;

  constructor(seed: number, index: number) {
    this.#state = scrambled(seed ^ scrambled(index));
  }

  /** A whole number from 0 up to, without, `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return Math.floor((scrambled(this.#state) / 0x1_0000_0000) * bound);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** A permutation of 32 bits (the finalizer of MurmurHash3), unsigned. */
function scrambled(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
