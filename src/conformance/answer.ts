import { encodeBase64url } from '../bytes/base64url.js';
import { isWrongArgument } from '../bytes/check.js';
import { SspiError, TokenBindingError } from '../errors.js';
import type { BindingResult } from '../tokenbinding/results.js';
import type { ComparedResult, Outcome } from './outcome.js';

/** The outcome of a call: what it answers, or what it throws. */
export async function outcomeOf(work: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return outcomeOfError(error);
  }
}

export function outcomeOfError(error: unknown): Outcome {
  // A value that no message can have is refused; a wrong kind of argument is a fault of whoever asked.
  if (isWrongArgument(error) && error instanceof RangeError) {
    return { verdict: 'refused', reason: { code: error.code } };
  }
  if (!(error instanceof TokenBindingError || error instanceof SspiError)) {
    const fault = error instanceof Error ? error.message : `what was thrown is a ${typeof error}`;
    return { verdict: 'failed', reason: { code: 'no code of this package', fault } };
  }
  const { code, path, os, message } = error;
  if (os?.status === 0 && (code === 'ERR_TB_OS' || code === 'ERR_SSPI_OS')) {
    return { verdict: 'misshapen', reason: { code, fault: message, os } };
  }
  const where = path === undefined ? {} : { path };
  // What the operating system took, and this package refused: its number alone says nothing.
  const why = os?.status === 0 ? { fault: message } : {};
  return { verdict: 'refused', reason: { code, ...where, ...why, ...(os && { os }) } };
}

export function acceptedResults(results: readonly BindingResult[]): Outcome {
  return { verdict: 'accepted', results: results.map(compared) };
}

export function acceptedBytes(bytes: Uint8Array): Outcome {
  return { verdict: 'accepted', bytes: encodeBase64url(bytes) };
}

export function acceptedIdentifier(keyType: string | number, identifier: Uint8Array): Outcome {
  return { verdict: 'accepted', keyType, identifier: encodeBase64url(identifier) };
}

function compared({ identifier, extensionData, ...result }: BindingResult): ComparedResult {
  return {
    ...result,
    identifier: encodeBase64url(identifier),
    extensionData: encodeBase64url(extensionData),
  };
}
