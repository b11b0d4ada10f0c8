import type { RawAnswer } from '../../native/raw.js';
import { osStatus, securityStatusOf } from '../../native/status.js';
import { SspiError } from '../error.js';

/**
 * The value of a call that succeeded.
 *
 * @param functionName as sspi.h spells it
 * @throws SspiError for every status but 0: with the code of that SEC_E_ name, else ERR_SSPI_OS; ERR_SSPI_OS
 * too if the call reports success and its result is invalid
 */
export function requireSuccess<Value>(functionName: string, answer: RawAnswer<Value>): Value {
  const { status, fault, value } = answer;
  if (status !== 0) throw osError(functionName, status);
  if (fault !== undefined) throw invalidResult(functionName, fault);
  if (value === undefined) throw invalidResult(functionName, 'the result is empty');
  return value;
}

/** The error for a call that reports success and returns an invalid result. */
export function invalidResult(functionName: string, fault: string): SspiError {
  const message = `${functionName} reported success, but ${fault}`;
  return new SspiError('ERR_SSPI_OS', message, { os: osStatus(functionName, 0) });
}

function osError(functionName: string, status: number): SspiError {
  const os = osStatus(functionName, status);
  const message = `${functionName} failed with ${os.hex}${os.name ? ` ${os.name}` : ''}`;
  return new SspiError(securityStatusOf(status) ?? 'ERR_SSPI_OS', message, { os });
}
