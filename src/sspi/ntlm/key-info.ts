import type { KeyInfo } from '../security-context.js';
import { hasFlag } from './flags.js';

/** KERB_CHECKSUM_ numbers of ntsecapi.h, unsigned, and an ALG_ID of wincrypt.h. */
const KERB_CHECKSUM_HMAC_MD5 = 0xffffff76;
const KERB_CHECKSUM_RC4_MD5 = 0xffffff7c;
const CALG_RC4 = 0x6801;

/**
 * How messages are protected (MS-NLMP 3.4), by the names and numbers of Windows' NTLM. Microsoft documents
 * none; these are what Wine's tests of secur32, which are run on Windows too, expect.
 */
export function keyInfoOf(flags: number): KeyInfo {
  const isExtended = hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY');
  return {
    signatureAlgorithmName: isExtended ? 'HMAC-MD5' : 'RSADSI RC4-CRC32',
    encryptAlgorithmName: 'RSADSI RC4',
    keySize: hasFlag(flags, 'NEGOTIATE_128') ? 128 : hasFlag(flags, 'NEGOTIATE_56') ? 56 : 40,
    signatureAlgorithm: isExtended ? KERB_CHECKSUM_HMAC_MD5 : KERB_CHECKSUM_RC4_MD5,
    encryptAlgorithm: CALG_RC4,
  };
}
