import { encodeBase64url } from '../bytes/base64url.js';
import { TokenBindingError } from '../errors.js';
import type { BindingResult } from '../tokenbinding/results.js';
import type { ComparedResult, Outcome } from './outcome.js';

/** The outcome of a call: what it answers, or the reason of its refusal. */
export async function outcomeOf(work: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const outcome = refusalOf(error);
    if (outcome === undefined) throw error;
    return outcome;
  }
}

/** What a call was refused for; undefined for an error that is no refusal but a fault in the code. */
export function refusalOf(error: unknown): Outcome | undefined {
  if (error instanceof TokenBindingError) {
    const { code, path, os, message } = error;
    if (code === 'ERR_TB_OS' && os?.status === 0) {
      return { verdict: 'misshapen', reason: { code, fault: message, os } };
    }
    const where = path === undefined ? {} : { path };
    return { verdict: 'refused', reason: { code, ...where, ...(os && { os }) } };
  }
  const { code } = error as NodeJS.ErrnoException;
  const isWrongArgument = error instanceof TypeError || error instanceof RangeError;
  if (!isWrongArgument || code === undefined) return undefined;
  return { verdict: 'refused', reason: { code } };
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
