import { SspiError, type SspiErrorCode } from '../../error.js';
import { type ErrorName, formatError, nameOfError } from '../messages/error-codes.js';

type Meaning = readonly [code: SspiErrorCode, cause: string];

/** The errors of a KDC: status, and the usual cause. */
const MEANINGS: Readonly<Partial<Record<ErrorName, Meaning>>> = {
  KDC_ERR_NAME_EXP: ['SEC_E_LOGON_DENIED', 'the account is expired'],
  KDC_ERR_SERVICE_EXP: ['SEC_E_TARGET_UNKNOWN', 'the account of the service is expired'],
  KDC_ERR_C_PRINCIPAL_UNKNOWN: ['SEC_E_LOGON_DENIED', 'the realm does not know the user'],
  KDC_ERR_S_PRINCIPAL_UNKNOWN: [
    'SEC_E_TARGET_UNKNOWN',
    'the realm does not know the target: register it as a service principal name (setspn, addprinc), or correct it',
  ],
  KDC_ERR_PRINCIPAL_NOT_UNIQUE: [
    'SEC_E_TARGET_UNKNOWN',
    'several accounts have the target as their service principal name (setspn -X)',
  ],
  KDC_ERR_NULL_KEY: ['SEC_E_LOGON_DENIED', 'the client or the service has no key'],
  KDC_ERR_NEVER_VALID: ['SEC_E_TIME_SKEW', 'the clocks of client and KDC differ: set them by NTP'],
  KDC_ERR_POLICY: ['SEC_E_LOGON_DENIED', 'a policy of the realm forbids it'],
  KDC_ERR_ETYPE_NOSUPP: [
    'SEC_E_KDC_UNKNOWN_ETYPE',
    'the account has no key with a requested encryption type: change its password, or see allowWeak and permitted_enctypes',
  ],
  KDC_ERR_SUMTYPE_NOSUPP: ['SEC_E_KDC_UNKNOWN_ETYPE', 'it lacks the type of checksum'],
  KDC_ERR_PADATA_TYPE_NOSUPP: [
    'SEC_E_UNSUPPORTED_PREAUTH',
    'the account needs another kind of logon, such as a smart card',
  ],
  KDC_ERR_CLIENT_REVOKED: ['SEC_E_LOGON_DENIED', 'the account is locked or disabled'],
  KDC_ERR_SERVICE_REVOKED: ['SEC_E_TARGET_UNKNOWN', 'the service is locked or disabled'],
  KDC_ERR_TGT_REVOKED: ['SEC_E_LOGON_DENIED', 'the logon is revoked'],
  KDC_ERR_CLIENT_NOTYET: ['SEC_E_LOGON_DENIED', 'the account is not valid yet'],
  KDC_ERR_SERVICE_NOTYET: ['SEC_E_TARGET_UNKNOWN', 'the service is not valid yet'],
  KDC_ERR_KEY_EXPIRED: ['SEC_E_LOGON_DENIED', 'the password is expired: change it'],
  KDC_ERR_PREAUTH_FAILED: [
    'SEC_E_LOGON_DENIED',
    'the password is wrong, or the keytab has an old key',
  ],
  KDC_ERR_PREAUTH_REQUIRED: [
    'SEC_E_UNSUPPORTED_PREAUTH',
    'it accepts no encrypted timestamp of a password',
  ],
  KDC_ERR_MUST_USE_USER2USER: ['SEC_E_NO_TGT_REPLY', 'the target is a user, not a service'],
  KDC_ERR_PATH_NOT_ACCEPTED: ['SEC_E_LOGON_DENIED', 'the realm does not trust the path'],
  KRB_AP_ERR_BAD_INTEGRITY: [
    'SEC_E_LOGON_DENIED',
    'it cannot decrypt what the client sent: the password is wrong, or the ticket was altered',
  ],
  KRB_AP_ERR_TKT_EXPIRED: ['SEC_E_CONTEXT_EXPIRED', 'the logon is expired: log on again'],
  KRB_AP_ERR_TKT_NYV: ['SEC_E_TIME_SKEW', 'the clocks of client and KDC differ: set them by NTP'],
  KRB_AP_ERR_REPEAT: ['SEC_E_OUT_OF_SEQUENCE', 'it received the request before'],
  KRB_AP_ERR_BADMATCH: ['SEC_E_LOGON_DENIED', 'ticket and client do not match'],
  KRB_AP_ERR_SKEW: [
    'SEC_E_TIME_SKEW',
    'the clocks of client and KDC differ too much: set them by NTP',
  ],
  KRB_AP_ERR_MODIFIED: ['SEC_E_MESSAGE_ALTERED', 'the request was altered'],
  KDC_ERR_WRONG_REALM: ['SEC_E_KDC_UNABLE_TO_REFER', 'the user belongs to another realm'],
};

const OTHER: Meaning = ['SEC_E_KDC_INVALID_REQUEST', 'its log may say why'];

/** The error for a KRB-ERROR of a KDC. */
export class KdcError extends SspiError {
  readonly #name: ErrorName | undefined;

  constructor(code: SspiErrorCode, message: string, name: ErrorName | undefined) {
    super(code, message);
    this.#name = name;
  }

  /** Whether it has one of these error-codes. */
  isOneOf(names: readonly ErrorName[]): boolean {
    return this.#name !== undefined && names.includes(this.#name);
  }
}

/** What a TGS answers to a ticket-granting ticket that it cannot use. Some KDCs send KRB_ERR_GENERIC then. */
const GRANTING_REJECTIONS: readonly ErrorName[] = [
  'KDC_ERR_TGT_REVOKED',
  'KRB_AP_ERR_BAD_INTEGRITY',
  'KRB_AP_ERR_TKT_EXPIRED',
  'KRB_AP_ERR_TKT_NYV',
  'KRB_AP_ERR_BADMATCH',
  'KRB_AP_ERR_MODIFIED',
  'KRB_AP_ERR_BADKEYVER',
  'KRB_AP_ERR_NOKEY',
  'KRB_ERR_GENERIC',
];

/** Whether a TGS may have rejected the ticket-granting ticket: a reply to a logon does not authenticate it. */
export function isGrantingRejection(error: unknown): boolean {
  return error instanceof KdcError && error.isOneOf(GRANTING_REJECTIONS);
}

/**
 * The error for a KRB-ERROR of a KDC, which is not authenticated. Its texts are left out: an attacker can write them.
 *
 * @param kdc which one, such as `the KDC 192.0.2.1:88 of EXAMPLE.COM`
 * @param what it was asked for
 */
export function errorOfKdc(kdc: string, what: string, errorCode: number): KdcError {
  const name = nameOfError(errorCode);
  const [code, cause] = (name && MEANINGS[name]) ?? OTHER;
  const message = `${kdc} rejected ${what}: ${formatError(errorCode)}: ${cause}`;
  return new KdcError(code, message, name);
}
