import { createHash } from 'node:crypto';
import { hmacMd5 } from '../crypto/hmac-md5.js';
import { moveSecret, secretCopy } from '../secret.js';
import { utf16 } from '../utf16.js';
import { hasFlag } from './flags.js';
import { upperCase } from './text.js';

/** The direction of a message. */
export type Direction = 'client-to-server' | 'server-to-client';

/** The length of every key and digest of NTLM, in bytes. */
export const KEY_LENGTH = 16;

/** NTOWFv2 (MS-NLMP 3.3.2). The domain keeps its case. */
export function ntowfv2(ntHash: Uint8Array, user: string, domain: string): Uint8Array {
  return hmacMd5(ntHash, utf16(upperCase(user) + domain));
}

/** NTProofStr (MS-NLMP 3.3.2) over the rest of the response, which the clause calls `temp`. */
export function ntProof(
  responseKey: Uint8Array,
  serverChallenge: Uint8Array,
  temp: Uint8Array,
): Uint8Array {
  return hmacMd5(responseKey, serverChallenge, temp);
}

/** SIGNKEY (MS-NLMP 3.4.5.2). It exists only with extended session security. */
export function signKey(exportedSessionKey: Uint8Array, direction: Direction): Uint8Array {
  return deriveKey(exportedSessionKey, direction, 'signing');
}

/**
 * SEALKEY (MS-NLMP 3.4.5.3). Without extended session security both directions have the same key. Neither side
 * offers NEGOTIATE_LM_KEY, which belongs to NTLMv1.
 */
export function sealKey(
  exportedSessionKey: Uint8Array,
  flags: number,
  direction: Direction,
): Uint8Array {
  if (!hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')) return secretCopy(exportedSessionKey);
  const strength = hasFlag(flags, 'NEGOTIATE_128') ? 16 : hasFlag(flags, 'NEGOTIATE_56') ? 7 : 5;
  return deriveKey(exportedSessionKey.subarray(0, strength), direction, 'sealing');
}

function deriveKey(
  key: Uint8Array,
  direction: Direction,
  purpose: 'signing' | 'sealing',
): Uint8Array {
  const constant = `session key to ${direction} ${purpose} key magic constant\0`;
  return moveSecret(createHash('md5').update(key).update(constant, 'latin1').digest());
}
