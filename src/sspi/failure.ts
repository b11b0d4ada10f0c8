import { SspiError } from './error.js';

// Errors that several files throw, each with one wording.

/** What helps a client with a password that offers NTLM alone. */
export const KERBEROS_ADVICE =
  "if it accepts only Kerberos, set package: 'Kerberos' or negotiate: ['Kerberos', 'NTLM']";

export function messageAltered(what: string): SspiError {
  return new SspiError('SEC_E_MESSAGE_ALTERED', `${what} was altered`);
}

/** The same error for an unknown user and for a wrong password. */
export function logonDenied(): SspiError {
  return new SspiError('SEC_E_LOGON_DENIED', 'the logon attempt failed');
}

export function unsupported(problem: string): SspiError {
  return new SspiError('SEC_E_UNSUPPORTED_FUNCTION', problem);
}

export function noAuthorizationData(): SspiError {
  return unsupported(
    "only a Kerberos server of the portable provider has the ticket's authorization data",
  );
}

export function noCredentials(problem: string): SspiError {
  return new SspiError('SEC_E_NO_CREDENTIALS', problem);
}

export function invalidHandle(problem: string): SspiError {
  return new SspiError('SEC_E_INVALID_HANDLE', problem);
}

export function invalidToken(problem: string): SspiError {
  return new SspiError('SEC_E_INVALID_TOKEN', problem);
}

export function qopNotSupported(problem: string): SspiError {
  return new SspiError('SEC_E_QOP_NOT_SUPPORTED', problem);
}

/** NTLM's signature (MS-NLMP 2.2.2.9) has no field for an unencrypted message: every receiver decrypts. */
export function alwaysEncrypted(): SspiError {
  return qopNotSupported('NTLM encrypts every sealed message: use makeSignature to sign only');
}
