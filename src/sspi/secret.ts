import { randomFillSync } from 'node:crypto';

/**
 * Memory for key material. The caller overwrites it after use. V8 keeps small arrays on its own heap, where
 * garbage collection leaves copies that nothing overwrites; the memory of an ArrayBuffer never moves.
 */
export function secretBytes(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** {@link secretBytes} for 32-bit words. */
export function secretWords(length: number): Int32Array {
  return new Int32Array(new ArrayBuffer(4 * length));
}

export function secretCopy(bytes: Uint8Array): Uint8Array {
  const copy = secretBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

/** {@link secretCopy} of bytes that are ours: overwrites them. */
export function moveSecret(bytes: Uint8Array): Uint8Array {
  const copy = secretCopy(bytes);
  bytes.fill(0);
  return copy;
}

/** All parts in a row. A single part is returned itself, without a copy. */
export function concatSecret(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = secretBytes(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

export function secretRandom(length: number): Uint8Array {
  return randomFillSync(secretBytes(length));
}
