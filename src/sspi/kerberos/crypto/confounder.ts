import { fillRandom } from '../../secret.js';
import { SharedMemory } from '../../shared-memory.js';
import { BLOCK_LENGTH } from './cts-cipher.js';

/** Short messages with their confounders, one after the other. Zeros between them. */
const shared = new SharedMemory(2048);

/** A message with its confounder (RFC 3961 5.3). */
export interface Confounded {
  /** The message, with zeros up to whole blocks. The caller overwrites it before the next message. */
  readonly padded: Uint8Array;
  /** The length without the zeros. */
  readonly length: number;
}

/** Puts a confounder of one block before the parts of a message. */
export function addConfounder(parts: readonly Uint8Array[]): Confounded {
  let length = BLOCK_LENGTH;
  for (const part of parts) length += part.length;
  const padded = shared.view(BLOCK_LENGTH * Math.ceil(length / BLOCK_LENGTH));
  fillRandom(padded, BLOCK_LENGTH);
  let end = BLOCK_LENGTH;
  for (const part of parts) {
    padded.set(part, end);
    end += part.length;
  }
  return { padded, length };
}
