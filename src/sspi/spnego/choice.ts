import { SspiError } from '../error.js';
import { logonDenied } from '../failure.js';
import { type NegTokenResp, NTLM } from './token.js';

/**
 * Refuses what ends the negotiation, or leads it away from NTLM.
 *
 * @throws SspiError SEC_E_LOGON_DENIED, SEC_E_SECPKG_NOT_FOUND
 */
export function checkChoice({ negState, supportedMech }: NegTokenResp): void {
  if (negState === 'reject') throw logonDenied();
  if (supportedMech !== undefined && supportedMech !== NTLM) {
    throw new SspiError('SEC_E_SECPKG_NOT_FOUND', 'the other side has chosen another mechanism');
  }
}
