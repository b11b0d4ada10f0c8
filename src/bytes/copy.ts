/**
 * A copy of bytes as a plain Uint8Array with an ArrayBuffer of its own, so that its `buffer` has no other data.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
