import { SspiError } from './error.js';

// Failures that more than one place has, so that each has one wording.

export function altered(what: string): SspiError {
  return new SspiError('SEC_E_MESSAGE_ALTERED', `${what} has been altered`);
}

/** One answer for a wrong name and a wrong password alike. */
export function logonDenied(): SspiError {
  return new SspiError('SEC_E_LOGON_DENIED', 'the logon attempt failed');
}

export function unsupported(problem: string): SspiError {
  return new SspiError('SEC_E_UNSUPPORTED_FUNCTION', problem);
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

/** NTLM's signature (MS-NLMP 2.2.2.9) cannot say that a message is not encrypted: every receiver decrypts. */
export function alwaysEncrypted(): SspiError {
  return qopNotSupported('NTLM encrypts every sealed message: use makeSignature to sign alone');
}
