import { markAsUntransferable } from 'node:worker_threads';

/**
 * Short results are cut from a memory that they share with other results, as Node's own Buffers are: a memory
 * of its own for each costs V8 a microsecond. Nothing but results is in it, no argument and no secret.
 */
const SLAB_LENGTH = 8192;
/** A longer result has a memory of its own: one that is kept does not keep much else with it. */
const MAX_SHARED = 1024;
/** Up to here V8 keeps a typed array on its own heap (v8 flag typed_array_max_size_in_heap). */
const ON_HEAP = 64;

let slab = new ArrayBuffer(0);
let used = 0;

/** Zeros for a result, in its final memory. */
export function resultBytes(length: number): Uint8Array {
  if (length <= ON_HEAP || length > MAX_SHARED) return new Uint8Array(length);
  // Whoever calls transfer() on the buffer of a result detaches it: it has no bytes any more.
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_LENGTH);
    // With one result, postMessage would take all the others away.
    markAsUntransferable(slab);
    used = 0;
  }
  const bytes = new Uint8Array(slab, used, length);
  used += length;
  return bytes;
}

/** A copy of bytes for a result. */
export function copyResult(bytes: Uint8Array): Uint8Array {
  const copy = resultBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
