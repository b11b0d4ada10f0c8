/** V8 makes typed arrays of up to so many bytes on its own heap, without a memory to allocate. */
const ON_HEAP = 64;

/**
 * A copy of bytes as a plain Uint8Array. A longer one lies in Node's buffer pool, as a memory of its own costs
 * several times as much.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= ON_HEAP) return new Uint8Array(bytes);
  const { buffer, byteOffset, byteLength } = Buffer.allocUnsafe(bytes.length);
  const copy = new Uint8Array(buffer, byteOffset, byteLength);
  copy.set(bytes);
  return copy;
}
