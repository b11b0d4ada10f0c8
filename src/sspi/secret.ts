import { randomFillSync } from 'node:crypto';

/**
 * Room for key material, to be overwritten when it has done its work. V8 keeps the content of small arrays
 * on its own heap, where collecting garbage leaves copies that nobody overwrites; that of an ArrayBuffer
 * stays where it is.
 */
export function secretBytes(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** {@link secretBytes} of 32-bit words. */
export function secretWords(length: number): Int32Array {
  return new Int32Array(new ArrayBuffer(4 * length));
}

export function secretCopy(bytes: Uint8Array): Uint8Array {
  const copy = secretBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

/** {@link secretCopy} of bytes of our own, which are overwritten. */
export function moveSecret(bytes: Uint8Array): Uint8Array {
  const copy = secretCopy(bytes);
  bytes.fill(0);
  return copy;
}

export function secretRandom(length: number): Uint8Array {
  return randomFillSync(secretBytes(length));
}
