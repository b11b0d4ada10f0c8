import type { KeyInfo } from '../security-context.js';
import { hasFlag } from './flags.js';

/** ALG_ID of wincrypt.h, which SecPkgContext_KeyInfo speaks of. */
const CALG_HMAC = 0x8009;
const CALG_RC4 = 0x6801;

/**
 * The algorithms of MS-NLMP 3.4.3 and 3.4.4 as SecPkgContext_KeyInfo names algorithms; what Windows' own
 * NTLM fills in is documented nowhere. CRC-32 has no ALG_ID.
 */
export function keyInfoOf(flags: number): KeyInfo {
  const signature = !hasFlag(flags, 'NEGOTIATE_SIGN')
    ? NONE
    : hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')
      ? { name: 'HMAC-MD5', id: CALG_HMAC }
      : { name: 'CRC32', id: 0 };
  const encrypt = hasFlag(flags, 'NEGOTIATE_SEAL') ? { name: 'RC4', id: CALG_RC4 } : NONE;
  return {
    signatureAlgorithmName: signature.name,
    encryptAlgorithmName: encrypt.name,
    keySize: hasFlag(flags, 'NEGOTIATE_128') ? 128 : hasFlag(flags, 'NEGOTIATE_56') ? 56 : 40,
    signatureAlgorithm: signature.id,
    encryptAlgorithm: encrypt.id,
  };
}

const NONE = { name: '', id: 0 };
