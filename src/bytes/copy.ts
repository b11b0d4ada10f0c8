/** V8 makes typed arrays of up to so many bytes on its own heap, without a memory to allocate. */
const ON_HEAP = 64;

/**
 * A plain Uint8Array with arbitrary content, which the caller overwrites. A longer one lies in Node's buffer
 * pool, as a memory of its own costs several times as much.
 */
export function allocateBytes(length: number): Uint8Array {
  if (length <= ON_HEAP) return new Uint8Array(length);
  const { buffer, byteOffset } = Buffer.allocUnsafe(length);
  return new Uint8Array(buffer, byteOffset, length);
}

/** A copy of bytes as a plain Uint8Array. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = allocateBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
