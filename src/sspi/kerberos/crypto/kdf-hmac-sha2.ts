import { copyBytes } from '../../../bytes/copy.js';
import { sharedBytes } from '../../../bytes/shared-bytes.js';
import type { Hmac } from './hmac.js';

const COUNTER = Uint8Array.of(0, 0, 0, 1);
const SEPARATOR = Uint8Array.of(0);
const NO_CONTEXT = new Uint8Array(0);

/**
 * KDF-HMAC-SHA2 (RFC 8009 3): one round of SP800-108 in counter mode.
 *
 * @param hmac under the key to derive from
 * @param length in bytes, at most that of the digest
 * @returns secret bytes, which the caller overwrites
 */
export function kdfHmacSha2(
  hmac: Hmac,
  label: Uint8Array,
  length: number,
  context: Uint8Array = NO_CONTEXT,
): Uint8Array {
  const bits = 8 * length;
  const end = Uint8Array.of(0, 0, bits >>> 8, bits);
  const key = hmac.computeKey([COUNTER, label, SEPARATOR, context, end]);
  const derived = sharedBytes(length);
  copyBytes(key, 0, length, derived, 0);
  key.fill(0);
  return derived;
}
