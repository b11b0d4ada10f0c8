/** A copy of bytes; in Node's buffer pool, as a memory of its own costs several times as much. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  return copy;
}
