import { createHmac } from 'node:crypto';
import { secretCopy } from '../../secret.js';

export type KdfDigest = 'sha256' | 'sha384';

const NO_CONTEXT = new Uint8Array(0);

/**
 * KDF-HMAC-SHA2 (RFC 8009 3): one round of SP800-108 in counter mode.
 *
 * @param length in bytes, at most that of the digest
 */
export function kdfHmacSha2(
  digest: KdfDigest,
  key: Uint8Array,
  label: Uint8Array,
  length: number,
  context: Uint8Array = NO_CONTEXT,
): Uint8Array {
  const bits = 8 * length;
  const hmac = createHmac(digest, key)
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(label)
    .update(Uint8Array.of(0))
    .update(context)
    .update(Uint8Array.of(0, 0, bits >>> 8, bits));
  const whole = hmac.digest();
  const derived = secretCopy(whole.subarray(0, length));
  whole.fill(0);
  return derived;
}
