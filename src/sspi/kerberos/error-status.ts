import { SspiError, type SspiErrorCode } from '../error.js';
import { type ErrorName, formatError, nameOfError } from './messages/error-codes.js';
import type { KrbError } from './messages/krb-error.js';

/** The statuses and the usual causes of the errors with which a service answers an AP-REQ (RFC 4120 7.5.9). */
const MEANINGS: Readonly<
  Partial<Record<ErrorName, readonly [code: SspiErrorCode, cause: string]>>
> = {
  KRB_AP_ERR_BAD_INTEGRITY: ['SEC_E_MESSAGE_ALTERED', 'its keytab may be old: export it again'],
  KRB_AP_ERR_TKT_EXPIRED: ['SEC_E_CONTEXT_EXPIRED', 'log on again'],
  KRB_AP_ERR_TKT_NYV: ['SEC_E_TIME_SKEW', 'compare its clock and that of the KDC'],
  KRB_AP_ERR_REPEAT: ['SEC_E_OUT_OF_SEQUENCE', 'it received the AP-REQ before'],
  KRB_AP_ERR_NOT_US: ['SEC_E_WRONG_PRINCIPAL', 'it has another name than the target'],
  KRB_AP_ERR_BADMATCH: ['SEC_E_LOGON_DENIED', 'ticket and client do not match'],
  KRB_AP_ERR_SKEW: ['SEC_E_TIME_SKEW', 'its clock and that of the client differ: set them by NTP'],
  KRB_AP_ERR_MSG_TYPE: ['SEC_E_INVALID_TOKEN', 'it expected another message'],
  KRB_AP_ERR_MODIFIED: ['SEC_E_MESSAGE_ALTERED', 'its keytab may be old: export it again'],
  KRB_AP_ERR_BADKEYVER: ['SEC_E_NO_KERB_KEY', 'its keytab may be old: export it again'],
  KRB_AP_ERR_NOKEY: ['SEC_E_NO_KERB_KEY', 'its keytab has no key of the target'],
  KRB_AP_ERR_MUT_FAIL: ['SEC_E_MUTUAL_AUTH_FAILED', 'the mutual authentication failed'],
  KRB_AP_ERR_INAPP_CKSUM: ['SEC_E_INVALID_TOKEN', 'it takes another type of checksum'],
};

/**
 * The error for a KRB-ERROR of a service, which is not authenticated. Its texts are left out: an attacker can write
 * them.
 */
export function errorOfKrbError({ errorCode }: KrbError): SspiError {
  const name = nameOfError(errorCode);
  const [code, cause] = (name && MEANINGS[name]) ?? ['SEC_E_LOGON_DENIED', 'its log may say why'];
  return new SspiError(
    code,
    `the service rejected the AP-REQ: ${formatError(errorCode)}: ${cause}`,
  );
}
