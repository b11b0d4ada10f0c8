/**
 * The size of the memory that short results share, as Node's Buffers do: a new memory for each costs V8 a microsecond. It
 * contains only results, and never an argument or a secret.
 */
const SLAB_LENGTH = 8192;
/** A longer result has its own memory, so that one kept result does not keep much else in memory. */
const MAX_SHARED = 1024;
/** The longest typed array that V8 keeps on its own heap (its flag typed_array_max_size_in_heap). */
const ON_HEAP = 64;

let slab = new ArrayBuffer(0);
let used = 0;
let workerThreads: typeof import('node:worker_threads') | undefined;

/** A new result of zeros, to be filled in. */
export function resultBytes(length: number): Uint8Array {
  if (length <= ON_HEAP || length > MAX_SHARED) return new Uint8Array(length);
  // A caller may have detached the buffer with transfer(): then it has no bytes.
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_LENGTH);
    // postMessage with one result in its transfer list would detach all the others. An import of node:worker_threads would
    // take more time than all of this package that tokenbinding/wire loads.
    workerThreads ??= process.getBuiltinModule('node:worker_threads');
    workerThreads.markAsUntransferable(slab);
    used = 0;
  }
  const bytes = new Uint8Array(slab, used, length);
  used += length;
  return bytes;
}

/** A copy of bytes for a result. */
export function copyResult(bytes: Uint8Array): Uint8Array {
  // For an empty array this takes a tenth of the time of `new Uint8Array(0)`.
  if (bytes.length <= ON_HEAP) return new Uint8Array(bytes);
  const copy = resultBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
