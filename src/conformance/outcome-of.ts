import { isWrongArgument } from '../bytes/check.js';
import { SspiError, TokenBindingError } from '../errors.js';
import { clipText, type Outcome } from './outcome.js';

/** What work returns, or the outcome of the error that it throws. */
export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<T | Outcome> {
  try {
    return await work();
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** An error of this package is a refusal or an invalid result; any other one is a failure. */
export function outcomeOfError(error: unknown): Outcome {
  // A RangeError rejects the value, as a provider would. A TypeError is a bug of the caller.
  if (isWrongArgument(error) && error instanceof RangeError) {
    return { verdict: 'refused', reason: { code: error.code } };
  }
  if (!(error instanceof TokenBindingError || error instanceof SspiError)) {
    const fault = error instanceof Error ? error.message : `a ${typeof error} was thrown`;
    return {
      verdict: 'failed',
      reason: { code: 'no code of this package', fault: clipText(fault) },
    };
  }
  const { code, path, os, message } = error;
  if (os?.status === 0 && (code === 'ERR_TB_OS' || code === 'ERR_SSPI_OS')) {
    return { verdict: 'invalid', reason: { code, fault: clipText(message), os } };
  }
  const where = path === undefined ? {} : { path };
  // This package rejected what the operating system accepted: status 0 does not name the cause.
  const why = os?.status === 0 ? { fault: clipText(message) } : {};
  return { verdict: 'refused', reason: { code, ...where, ...why, ...(os && { os }) } };
}
