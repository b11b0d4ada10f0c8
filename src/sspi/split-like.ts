import type { MessageBuffer } from './provider.js';

/**
 * Splits bytes into copies as long as the buffers. A single buffer gets the bytes themselves.
 *
 * @param whole as long as all buffers together
 */
export function splitLike(buffers: readonly MessageBuffer[], whole: Uint8Array): Uint8Array[] {
  if (buffers.length === 1) return [whole];
  let end = 0;
  return buffers.map(({ bytes }) => {
    end += bytes.length;
    return new Uint8Array(whole.subarray(end - bytes.length, end));
  });
}
