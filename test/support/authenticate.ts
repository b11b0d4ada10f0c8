import { hmacMd5 } from '../../src/sspi/crypto/hmac-md5.js';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { rc4 } from '../../src/sspi/crypto/rc4.js';
import { encodeAuthenticate } from '../../src/sspi/ntlm/authenticate-message.js';
import { AV_ID, filetimeNow } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { ntowfv2, ntProof } from '../../src/sspi/ntlm/keys.js';
import { encodeTemp } from '../../src/sspi/ntlm/ntlmv2-response.js';

/** The only account of the tests. */
export const ALICE = { user: 'alice', domain: 'TESTDOM', password: 'Passw0rd!' };

/**
 * The AUTHENTICATE_MESSAGE of a client with the right password, any AV_PAIRs and no MIC.
 *
 * @param more AV_PAIRs besides the server's
 */
export function authenticateWithoutMic(
  challenge: Uint8Array,
  { user, domain, password }: { user: string; domain: string; password: string },
  more: readonly (readonly [number, Uint8Array])[] = [],
): Uint8Array {
  const { flags, serverChallenge, targetInfo } = decodeChallenge(challenge);
  const time = targetInfo.get(AV_ID.MsvAvTimestamp) ?? filetimeNow();
  const temp = encodeTemp(time, new Uint8Array(8), new Map([...targetInfo, ...more]));
  const responseKey = ntowfv2(ntHashOf(password), user, domain);
  const proof = ntProof(responseKey, serverChallenge, temp);
  const parts = {
    flags,
    domain,
    user,
    workstation: '',
    lmResponse: new Uint8Array(24),
    ntResponse: Buffer.concat([proof, temp]),
    encryptedSessionKey: rc4(hmacMd5(responseKey, proof), new Uint8Array(16)),
  };
  return encodeAuthenticate(parts, false);
}
