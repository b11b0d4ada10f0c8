import { createHash } from 'node:crypto';
import { moveSecret, secretBytes, secretCopy } from '../secret.js';
import { hasFlag } from './flags.js';
import { hmacMd5 } from './hmac-md5.js';
import { md4 } from './md4.js';
import { upperCase, utf16 } from './text.js';

/** The direction of a message. */
export type Direction = 'client-to-server' | 'server-to-client';

/** Bytes of every key and digest of NTLM. */
export const KEY_LENGTH = 16;

/** NTOWFv1 of a password (MS-NLMP 3.3.1): what Windows stores of it, and as good as it. */
export function ntHashOf(password: string): Uint8Array {
  const bytes = utf16(password);
  const hash = md4(bytes);
  bytes.fill(0);
  return hash;
}

/** NTOWFv2 (MS-NLMP 3.3.2). The domain keeps its case. */
export function ntowfv2(ntHash: Uint8Array, user: string, domain: string): Uint8Array {
  return hmacMd5(ntHash, utf16(upperCase(user) + domain));
}

/** NTProofStr (MS-NLMP 3.3.2) over the rest of the response, which is `temp` there. */
export function ntProof(
  responseKey: Uint8Array,
  serverChallenge: Uint8Array,
  temp: Uint8Array,
): Uint8Array {
  return hmacMd5(responseKey, serverChallenge, temp);
}

/** SIGNKEY (MS-NLMP 3.4.5.2), with extended session security. */
export function signKey(exportedSessionKey: Uint8Array, direction: Direction): Uint8Array {
  return magic(exportedSessionKey, direction, 'signing');
}

/**
 * SEALKEY (MS-NLMP 3.4.5.3); without extended session security it is one for both directions. No session of ours
 * has NEGOTIATE_LM_KEY, which belongs to NTLMv1.
 */
export function sealKey(
  exportedSessionKey: Uint8Array,
  flags: number,
  direction: Direction,
): Uint8Array {
  if (hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')) {
    const strength = hasFlag(flags, 'NEGOTIATE_128') ? 16 : hasFlag(flags, 'NEGOTIATE_56') ? 7 : 5;
    return magic(exportedSessionKey.subarray(0, strength), direction, 'sealing');
  }
  if (hasFlag(flags, 'NEGOTIATE_LM_KEY')) {
    return hasFlag(flags, 'NEGOTIATE_56')
      ? withTail(exportedSessionKey.subarray(0, 7), [0xa0])
      : withTail(exportedSessionKey.subarray(0, 5), [0xe5, 0x38, 0xb0]);
  }
  return secretCopy(exportedSessionKey);
}

function withTail(key: Uint8Array, tail: readonly number[]): Uint8Array {
  const whole = secretBytes(key.length + tail.length);
  whole.set(key);
  whole.set(tail, key.length);
  return whole;
}

function magic(key: Uint8Array, direction: Direction, purpose: 'signing' | 'sealing'): Uint8Array {
  const constant = `session key to ${direction} ${purpose} key magic constant\0`;
  return moveSecret(createHash('md5').update(key).update(constant, 'latin1').digest());
}
