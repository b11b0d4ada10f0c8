import { timingSafeEqual } from 'node:crypto';
import { messageAltered } from '../../failure.js';
import { secretBytes } from '../../secret.js';

/** The length of the longest MAC in bytes. */
const MAX_LENGTH = 24;

// Zeros between calls. Node would make a memory for each small array that V8 has on its own heap.

/** Where a caller of {@link checkMac} puts the genuine MAC. */
export const genuineMac: Uint8Array = secretBytes(MAX_LENGTH);
const received = secretBytes(MAX_LENGTH);

/**
 * Compares `length` bytes at `offset` with {@link genuineMac} in constant time, and overwrites that.
 *
 * @param what is altered if the bytes differ
 * @throws SspiError SEC_E_MESSAGE_ALTERED
 */
export function checkMac(
  bytes: Uint8Array,
  offset: number,
  length: number,
  what = 'the encrypted message',
): void {
  for (let index = 0; index < length; index++) received[index] = bytes[offset + index] as number;
  const isGenuine = timingSafeEqual(genuineMac, received);
  for (let index = 0; index < MAX_LENGTH; index++) {
    genuineMac[index] = 0;
    received[index] = 0;
  }
  if (!isGenuine) throw messageAltered(what);
}

/**
 * Where the MAC begins after a message of at least `least` bytes.
 *
 * @throws SspiError SEC_E_MESSAGE_ALTERED for fewer bytes
 */
export function findMac(bytes: Uint8Array, least: number, macLength: number): number {
  const end = bytes.length - macLength;
  if (end < least) throw messageAltered('the encrypted message');
  return end;
}
