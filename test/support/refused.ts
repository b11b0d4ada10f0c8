import assert from 'node:assert/strict';
import { TokenBindingError, type TokenBindingErrorCode } from '../../src/errors.js';

interface Coded extends Error {
  readonly code: string;
}

type CodedClass<E extends Coded> = new (code: E['code'], message: string) => E;

/** Asserts that `work` throws an error of this class with this code. Returns the error. */
export function refusedBy<E extends Coded>(
  ErrorClass: CodedClass<E>,
  code: E['code'],
  work: () => unknown,
): E {
  try {
    work();
  } catch (error) {
    return withCode(ErrorClass, code, error);
  }
  throw new assert.AssertionError({ message: `expected ${code}, nothing was thrown` });
}

/** {@link refusedBy} for a promise. */
export async function rejectedBy<E extends Coded>(
  ErrorClass: CodedClass<E>,
  code: E['code'],
  work: Promise<unknown>,
): Promise<E> {
  return work.then(
    () => {
      throw new assert.AssertionError({ message: `expected ${code}, the promise was fulfilled` });
    },
    (error) => withCode(ErrorClass, code, error),
  );
}

function withCode<E extends Coded>(ErrorClass: CodedClass<E>, code: E['code'], error: unknown): E {
  if (!(error instanceof ErrorClass)) throw error;
  assert.equal(error.code, code, error.message);
  return error;
}

/** Asserts that `work` throws a TokenBindingError with this code. Returns the error. */
export function refused(code: TokenBindingErrorCode, work: () => unknown): TokenBindingError {
  return refusedBy(TokenBindingError, code, work);
}

/** {@link refused} for a promise. */
export function rejected(
  code: TokenBindingErrorCode,
  work: Promise<unknown>,
): Promise<TokenBindingError> {
  return rejectedBy(TokenBindingError, code, work);
}
