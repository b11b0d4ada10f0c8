/** A new ArrayBuffer for each small array would take longer than the rest of the work on it. */
const SLAB_LENGTH = 32_768;
const MAX_SHARED = 1024;
let slab = new ArrayBuffer(0);
let used = 0;

/**
 * Zeros for a short time, perhaps in the memory of other arrays: a caller that hands them out copies them, and one that
 * keeps them would keep the others. Some are secret: V8 moves small arrays that have no ArrayBuffer, and leaves copies.
 */
export function sharedBytes(length: number): Uint8Array {
  if (length > MAX_SHARED) return new Uint8Array(new ArrayBuffer(length));
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_LENGTH);
    used = 0;
  }
  const bytes = new Uint8Array(slab, used, length);
  // The next ones begin with a whole 32-bit word.
  used += (length + 3) & ~3;
  return bytes;
}
