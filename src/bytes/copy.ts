/**
 * A copy of bytes as a plain Uint8Array, in a memory of its own: whoever has the `buffer` of one byte string
 * reaches no other.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
