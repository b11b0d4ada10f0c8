import { unsupported } from '../../../sspi/failure.js';
import { AV_ID } from '../../../sspi/ntlm/av-pairs.js';
import { decodeChallenge } from '../../../sspi/ntlm/challenge-message.js';
import { hasFlag } from '../../../sspi/ntlm/flags.js';
import { isNtlm, SIGNATURE } from '../../../sspi/ntlm/message.js';
import { decodeNegTokenResp } from '../../../sspi/spnego/token.js';

const NTLM = Buffer.from(SIGNATURE);

/**
 * Rejects a CHALLENGE_MESSAGE without extended session security or without a timestamp, by itself or in SPNEGO. A
 * client answers it without a MIC (MS-NLMP 3.1.5.1.2), so that anybody in between could alter the handshake.
 *
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION, SEC_E_INVALID_TOKEN
 */
export function requireMic(token: Uint8Array): void {
  const challenge = findChallenge(token);
  if (challenge === undefined) return;
  const { flags, targetInfo } = decodeChallenge(challenge);
  if (!hasFlag(flags, 'NEGOTIATE_EXTENDED_SESSIONSECURITY')) {
    throw unsupported('the other side does not offer extended session security');
  }
  if (!targetInfo.has(AV_ID.MsvAvTimestamp)) {
    throw unsupported('the other side sends no timestamp, so that its handshake would have no MIC');
  }
}

function findChallenge(token: Uint8Array): Uint8Array | undefined {
  if (isNtlm(token)) return token;
  if (!Buffer.from(token).includes(NTLM)) return undefined;
  const { responseToken } = decodeNegTokenResp(token);
  return responseToken !== undefined && isNtlm(responseToken) ? responseToken : undefined;
}
