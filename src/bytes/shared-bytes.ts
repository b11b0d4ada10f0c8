import { Slab } from './slab.js';

const slab = new Slab(32_768, 1024);

/**
 * Zeros for a short time, perhaps in the memory of other arrays: a caller that hands them out copies them, and one that
 * keeps them would keep the others. Some are secret: V8 moves small arrays that have no ArrayBuffer, and leaves copies.
 */
export function sharedBytes(length: number): Uint8Array {
  return slab.take(length);
}
