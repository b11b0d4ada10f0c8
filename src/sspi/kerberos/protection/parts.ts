import { unsupported } from '../../failure.js';
import type { MessageBuffer } from '../../provider.js';
import { concatSecret } from '../../secret.js';
import { SharedMemory } from '../../shared-memory.js';

// The parts of a message.

/**
 * The bytes of the buffers.
 *
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION for a read-only one
 */
export function bytesOf(buffers: readonly MessageBuffer[]): Uint8Array[] {
  return buffers.map(({ bytes, flag }) => {
    if (flag !== undefined) throw unsupported('read-only buffers need NTLM: Kerberos has none');
    return bytes;
  });
}

/** Copies of the parts in a row. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? new Uint8Array(first) : concatSecret(parts);
}

/** The length of all parts together. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) length += part.length;
  return length;
}

/** The bodies of short messages, one after the other. */
const shared = new SharedMemory(2048);

/**
 * The parts in a row, as a copy whose first `count` bytes moved to its end.
 *
 * @returns bytes that the next call overwrites
 */
export function rotateLeft(parts: readonly Uint8Array[], count: number): Uint8Array {
  const length = lengthOf(parts);
  const rotated = shared.view(length);
  let offset = (length - (count % length)) % length;
  for (const part of parts) {
    const fits = length - offset;
    if (part.length <= fits) rotated.set(part, offset);
    else {
      rotated.set(part.subarray(0, fits), offset);
      rotated.set(part.subarray(fits));
    }
    offset = (offset + part.length) % length;
  }
  return rotated;
}
