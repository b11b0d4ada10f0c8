import { SspiError, type SspiErrorCode } from '../error.js';
import type { KrbError } from './messages/krb-error.js';

/** The error-codes with which a service answers an AP-REQ (RFC 4120 7.5.9), by name and with their status. */
const STATUSES: ReadonlyMap<number, readonly [name: string, code: SspiErrorCode]> = new Map([
  [31, ['KRB_AP_ERR_BAD_INTEGRITY', 'SEC_E_MESSAGE_ALTERED']],
  [32, ['KRB_AP_ERR_TKT_EXPIRED', 'SEC_E_CONTEXT_EXPIRED']],
  [33, ['KRB_AP_ERR_TKT_NYV', 'SEC_E_TIME_SKEW']],
  [34, ['KRB_AP_ERR_REPEAT', 'SEC_E_OUT_OF_SEQUENCE']],
  [35, ['KRB_AP_ERR_NOT_US', 'SEC_E_WRONG_PRINCIPAL']],
  [36, ['KRB_AP_ERR_BADMATCH', 'SEC_E_LOGON_DENIED']],
  [37, ['KRB_AP_ERR_SKEW', 'SEC_E_TIME_SKEW']],
  [40, ['KRB_AP_ERR_MSG_TYPE', 'SEC_E_INVALID_TOKEN']],
  [41, ['KRB_AP_ERR_MODIFIED', 'SEC_E_MESSAGE_ALTERED']],
  [44, ['KRB_AP_ERR_BADKEYVER', 'SEC_E_NO_KERB_KEY']],
  [45, ['KRB_AP_ERR_NOKEY', 'SEC_E_NO_KERB_KEY']],
  [46, ['KRB_AP_ERR_MUT_FAIL', 'SEC_E_MUTUAL_AUTH_FAILED']],
  [50, ['KRB_AP_ERR_INAPP_CKSUM', 'SEC_E_INVALID_TOKEN']],
]);

/**
 * The error for a KRB-ERROR of a service, which is not authenticated. Its texts are left out: an attacker can write
 * them.
 */
export function errorOfKrbError({ errorCode }: KrbError): SspiError {
  const [name, code] = STATUSES.get(errorCode) ?? ['another error', 'SEC_E_LOGON_DENIED'];
  return new SspiError(code, `the service rejected the AP-REQ: ${name} (${errorCode})`);
}
