import type { MessageBuffer } from './provider.js';
import { secretBytes } from './secret.js';

/** The bytes of a message in buffers: those of the one buffer, or a copy for the caller to overwrite. */
export function joinedBuffers(buffers: readonly MessageBuffer[]): Uint8Array {
  const [first] = buffers;
  if (first !== undefined && buffers.length === 1) return first.bytes;
  const whole = secretBytes(buffers.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let end = 0;
  for (const { bytes } of buffers) {
    whole.set(bytes, end);
    end += bytes.length;
  }
  return whole;
}
