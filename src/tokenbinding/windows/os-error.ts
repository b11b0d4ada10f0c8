import type { RawAnswer } from '../../native/raw.js';
import { osStatus, STATUS } from '../../native/status.js';
import { TokenBindingError, type TokenBindingErrorCode } from '../error.js';

/**
 * The statuses whose definition in winerror.h or ntstatus.h matches one of our codes. Every other status is
 * ERR_TB_OS: no document says which status the DLL uses for which failure.
 */
const CODES: ReadonlyMap<number, TokenBindingErrorCode> = new Map([
  [STATUS.SEC_E_INVALID_TOKEN, 'ERR_TB_MALFORMED'],
  [STATUS.SEC_E_ILLEGAL_MESSAGE, 'ERR_TB_MALFORMED'],
  [STATUS.SEC_E_INCOMPLETE_MESSAGE, 'ERR_TB_MALFORMED'],
  [STATUS.NTE_BAD_SIGNATURE, 'ERR_TB_SIGNATURE'],
  [STATUS.SEC_E_MESSAGE_ALTERED, 'ERR_TB_SIGNATURE'],
  [STATUS.STATUS_INVALID_SIGNATURE, 'ERR_TB_SIGNATURE'],
  [STATUS.SEC_E_ALGORITHM_MISMATCH, 'ERR_TB_KEY_TYPE'],
  [STATUS.NTE_BAD_KEY, 'ERR_TB_UNUSABLE_KEY'],
  [STATUS.NTE_BAD_PUBLIC_KEY, 'ERR_TB_UNUSABLE_KEY'],
  [STATUS.NTE_NO_KEY, 'ERR_TB_KEY_NOT_FOUND'],
  [STATUS.NTE_NOT_FOUND, 'ERR_TB_KEY_NOT_FOUND'],
  [STATUS.NTE_BAD_KEYSET, 'ERR_TB_KEY_NOT_FOUND'],
  [STATUS.NTE_KEYSET_ENTRY_BAD, 'ERR_TB_KEY_STORE'],
  [STATUS.NTE_TOKEN_KEYSET_STORAGE_FULL, 'ERR_TB_KEY_STORE'],
  [STATUS.NTE_NOT_SUPPORTED, 'ERR_TB_NOT_SUPPORTED'],
  [STATUS.SEC_E_UNSUPPORTED_FUNCTION, 'ERR_TB_NOT_SUPPORTED'],
  [STATUS.E_NOTIMPL, 'ERR_TB_NOT_SUPPORTED'],
]);

/**
 * The value of a call that succeeded.
 *
 * @param functionName the function of tokenbinding.h
 * @throws TokenBindingError for any status other than 0, and for success with an invalid result
 */
export function requireSuccess<Value>(functionName: string, answer: RawAnswer<Value>): Value {
  const { status, fault, value } = answer;
  if (status !== 0) throw osError(functionName, status);
  if (fault !== undefined) throw invalidResult(functionName, fault);
  if (value === undefined) throw invalidResult(functionName, 'its result is empty');
  return value;
}

/** The error for a status other than 0. */
export function osError(
  functionName: string,
  status: number,
  code: TokenBindingErrorCode = CODES.get(status) ?? 'ERR_TB_OS',
): TokenBindingError {
  const os = osStatus(functionName, status);
  const message = `${functionName} failed with ${os.hex}${os.name ? ` ${os.name}` : ''}`;
  return new TokenBindingError(code, message, { os });
}

/** The error for success with an invalid result. */
export function invalidResult(functionName: string, fault: string): TokenBindingError {
  return rejectDespiteSuccess('ERR_TB_OS', functionName, fault);
}

/** The error for a call that the operating system reports as successful and this package rejects. */
export function rejectDespiteSuccess(
  code: TokenBindingErrorCode,
  functionName: string,
  fault: string,
): TokenBindingError {
  const message = `${functionName} reported success, but ${fault}`;
  return new TokenBindingError(code, message, { os: osStatus(functionName, 0) });
}

/** Bytes as errors show them: the first 16 have the types, the lengths and the beginning of the public key. */
export function describeBytes(bytes: Uint8Array): string {
  const first = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return `${bytes.length} bytes beginning with ${first}`;
}
