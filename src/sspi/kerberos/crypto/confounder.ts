import { fillRandom } from '../../secret.js';
import { SharedMemory } from '../../shared-memory.js';

/** Short messages with their confounders, one after the other. Zeros between them. */
const shared = new SharedMemory(2048);

/** A message with its confounder (RFC 3961 5.3). */
export interface Confounded {
  /** The caller overwrites it before the next message. */
  readonly padded: Uint8Array;
  /** The length without the zeros at the end. */
  readonly length: number;
}

/**
 * Puts a confounder before the parts of a message.
 *
 * @param blockLength zeros follow up to a multiple of it
 */
export function addConfounder(
  parts: readonly Uint8Array[],
  confounderLength: number,
  blockLength: number,
): Confounded {
  let length = confounderLength;
  for (const part of parts) length += part.length;
  const size = blockLength * Math.ceil(length / blockLength);
  const padded = shared.view(size);
  fillRandom(padded, confounderLength);
  let end = confounderLength;
  for (const part of parts) {
    padded.set(part, end);
    end += part.length;
  }
  return { padded, length };
}
