/**
 * A copy of bytes as a plain Uint8Array with an ArrayBuffer of its own, so that its `buffer` has no other data.
 */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Copies a few bytes: views for set() would take longer. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  offset: number,
): void {
  for (let index = 0; index < length; index++) {
    target[offset + index] = source[start + index] as number;
  }
}
