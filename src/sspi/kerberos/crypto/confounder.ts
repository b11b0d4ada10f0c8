import { randomFillSync } from 'node:crypto';
import { secretBytes } from '../../secret.js';

/** Random bytes in stock: a call of randomFillSync for each message takes longer than the encryption of a short one. */
const stock = secretBytes(4096);
let used = stock.length;

/** Writes a random confounder (RFC 3961 5.3) to the first `length` bytes. */
export function writeConfounder(target: Uint8Array, length: number): void {
  if (used + length > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  const confounder = stock.subarray(used, used + length);
  target.set(confounder);
  confounder.fill(0);
  used += length;
}

/**
 * Puts a confounder before the parts of a message.
 *
 * @param blockLength zeros follow up to a multiple of it
 * @returns also the length without these zeros
 */
export function addConfounder(
  parts: readonly Uint8Array[],
  confounderLength: number,
  blockLength: number,
): { readonly padded: Uint8Array; readonly length: number } {
  const length = parts.reduce((sum, part) => sum + part.length, confounderLength);
  const padded = secretBytes(blockLength * Math.ceil(length / blockLength));
  writeConfounder(padded, confounderLength);
  let end = confounderLength;
  for (const part of parts) {
    padded.set(part, end);
    end += part.length;
  }
  return { padded, length };
}
