import assert from 'node:assert/strict';
import { TokenBindingError, type TokenBindingErrorCode } from '../../src/errors.js';

/** Asserts that `work` throws a TokenBindingError with this code, and gives it back. */
export function refused(code: TokenBindingErrorCode, work: () => unknown): TokenBindingError {
  try {
    work();
  } catch (error) {
    return withCode(code, error);
  }
  throw new assert.AssertionError({ message: `expected ${code}, nothing was thrown` });
}

/** {@link refused} for a promise. */
export async function rejected(
  code: TokenBindingErrorCode,
  work: Promise<unknown>,
): Promise<TokenBindingError> {
  return work.then(
    () => {
      throw new assert.AssertionError({ message: `expected ${code}, the promise was fulfilled` });
    },
    (error) => withCode(code, error),
  );
}

function withCode(code: TokenBindingErrorCode, error: unknown): TokenBindingError {
  if (!(error instanceof TokenBindingError)) throw error;
  assert.equal(error.code, code, error.message);
  return error;
}
