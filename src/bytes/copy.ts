/** V8 makes typed arrays of up to so many bytes on its own heap, without a memory to allocate. */
const ON_HEAP = 64;

/** A copy of bytes; a longer one in Node's buffer pool, as a memory of its own costs several times as much. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= ON_HEAP) return new Uint8Array(bytes);
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  return copy;
}
