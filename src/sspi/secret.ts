import { randomFillSync } from 'node:crypto';
import { Slab } from '../bytes/slab.js';

/**
 * Memory for key material. The caller overwrites it after use. V8 keeps small arrays on its own heap, where
 * garbage collection leaves copies that nothing overwrites; the memory of an ArrayBuffer never moves.
 */
export function secretBytes(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** For 1 KiB the malloc of glibc would first merge its small free chunks. */
const KEYS_LENGTH = 960;
const keys = new Slab(KEYS_LENGTH, KEYS_LENGTH);

/** {@link secretBytes} for a short key, perhaps in one memory with others: a caller never hands them out. */
export function secretKeyBytes(length: number): Uint8Array {
  return keys.take(length);
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

/** Random bytes in stock: a call of randomFillSync for each key and each confounder takes longer than the rest. */
const stock = secretBytes(16_384);
let used = stock.length;

/** Fills the first `length` bytes with random ones. */
export function fillRandom(target: Uint8Array, length: number): void {
  if (length > stock.length) {
    randomFillSync(target, 0, length);
    return;
  }
  if (used + length > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  const end = used + length;
  target.set(stock.subarray(used, end));
  stock.fill(0, used, end);
  used = end;
}

export function secretRandom(length: number): Uint8Array {
  const bytes = secretBytes(length);
  fillRandom(bytes, length);
  return bytes;
}
