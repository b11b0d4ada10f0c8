import { createHmac, timingSafeEqual } from 'node:crypto';
import { messageAltered } from '../../failure.js';

/** HMAC (RFC 2104) over the parts as one message, cut to `length` bytes. */
export function computeMac(
  digest: 'sha256' | 'sha384',
  key: Uint8Array,
  parts: readonly Uint8Array[],
  length: number,
): Uint8Array {
  const hmac = createHmac(digest, key);
  for (const part of parts) hmac.update(part);
  const { buffer, byteOffset } = hmac.digest();
  return new Uint8Array(buffer, byteOffset, length);
}

/**
 * Compares in constant time.
 *
 * @param what is altered if the bytes differ
 * @throws SspiError SEC_E_MESSAGE_ALTERED
 */
export function checkMac(
  expected: Uint8Array,
  received: Uint8Array,
  what = 'the encrypted message',
): void {
  if (expected.length !== received.length || !timingSafeEqual(expected, received)) {
    throw messageAltered(what);
  }
}

/**
 * Splits a message of at least `least` bytes and the MAC after it.
 *
 * @throws SspiError SEC_E_MESSAGE_ALTERED for fewer bytes
 */
export function splitMac(
  bytes: Uint8Array,
  least: number,
  macLength: number,
): [message: Uint8Array, mac: Uint8Array] {
  const end = bytes.length - macLength;
  if (end < least) throw messageAltered('the encrypted message');
  return [bytes.subarray(0, end), bytes.subarray(end)];
}
