import type { RawAnswer } from '../native/raw.js';
import { osStatus, securityStatusOf } from '../native/status.js';
import { SspiError } from './error.js';

/**
 * The value of a successful answer.
 *
 * @param functionName as sspi.h has it
 * @throws SspiError for any status but 0: by its SEC_E_ name, and ERR_SSPI_OS where it has none;
 * ERR_SSPI_OS for an answer that cannot be
 */
export function unwrap<Value>(functionName: string, answer: RawAnswer<Value>): Value {
  const { status, fault, value } = answer;
  if (status !== 0) throw refusal(functionName, status);
  if (fault !== undefined) throw misshapen(functionName, fault);
  if (value === undefined) throw misshapen(functionName, 'there is nothing in it');
  return value;
}

/** The error for an answer that came with success and cannot be. */
export function misshapen(functionName: string, fault: string): SspiError {
  const message = `${functionName} answered with success, but ${fault}`;
  return new SspiError('ERR_SSPI_OS', message, { os: osStatus(functionName, 0) });
}

function refusal(functionName: string, status: number): SspiError {
  const os = osStatus(functionName, status);
  const message = `${functionName} failed with ${os.hex}${os.name ? ` ${os.name}` : ''}`;
  return new SspiError(securityStatusOf(status) ?? 'ERR_SSPI_OS', message, { os });
}
