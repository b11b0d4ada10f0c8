import assert from 'node:assert/strict';
import {
  type BindingResult,
  TokenBindingError,
  type TokenBindingErrorCode,
  type TokenBindingProvider,
} from '../../src/index.js';
import { refused, rejected } from '../support/refused.js';

/** A provider for the suites of this folder. */
export interface ProviderUnderTest {
  readonly name: string;
  open(): TokenBindingProvider;
  /** Whether its errors have the path of the invalid field, or the status of the operating system. */
  readonly errorsSay: 'where' | 'status';
  /**
   * Whether its error codes are known, and whether it lists bindings that it cannot verify. Microsoft documents
   * neither. With the DLL of Windows, any status other than 0 is a rejection, and so is a result of success that this
   * package rejects.
   */
  readonly isExact: boolean;
  /**
   * Whether only these tests have keys in its store. If not, no test calls deleteAllBindings, and the keys of the tests
   * are deleted at the end.
   */
  readonly ownsStore: boolean;
}

/** Asserts rejections by one provider. */
export interface Refusals {
  /** Asserts that `work` throws, with this code if codes are known. Returns the error. */
  refused(code: TokenBindingErrorCode, work: () => unknown): TokenBindingError;
  /** {@link refused} for a promise. */
  rejected(code: TokenBindingErrorCode, work: Promise<unknown>): Promise<TokenBindingError>;
}

export function refusalsOf({ isExact }: ProviderUnderTest): Refusals {
  if (isExact) return { refused, rejected };
  return {
    refused(code, work) {
      try {
        work();
      } catch (error) {
        return asRefusal(code, error);
      }
      throw new assert.AssertionError({ message: `expected a refusal, nothing was thrown` });
    },
    rejected: (code, work) =>
      work.then(
        () => {
          throw new assert.AssertionError({ message: 'expected a refusal, it was fulfilled' });
        },
        (error) => asRefusal(code, error),
      ),
  };
}

/** An invalid result of the DLL is not a rejection. An error of this package itself must have the expected code. */
function asRefusal(code: TokenBindingErrorCode, error: unknown): TokenBindingError {
  if (!(error instanceof TokenBindingError)) throw error;
  if (error.os === undefined) assert.equal(error.code, code, error.message);
  assert.ok(error.os?.status !== 0 || error.code !== 'ERR_TB_OS', error.message);
  return error;
}

/** Asserts the results of a verification. An inexact provider may leave out the bindings that it cannot verify. */
export function assertListed<Shown extends Pick<BindingResult, 'status'>>(
  { isExact }: ProviderUnderTest,
  seen: readonly Shown[],
  wanted: readonly Shown[],
): void {
  const isVerified = ({ status }: Shown) => status === 'verified';
  const isLeftOut = !isExact && seen.every(isVerified);
  assert.deepEqual(seen, isLeftOut ? wanted.filter(isVerified) : wanted);
}

/** Asserts that an error has all the details that this provider has. */
export function assertDetails(
  { errorsSay, isExact }: ProviderUnderTest,
  { path, offset, os }: TokenBindingError,
  expectedPath?: string,
): void {
  if (errorsSay === 'status') {
    assert.match(os?.function ?? '', /^TokenBinding/);
    assert.match(os?.hex ?? '', /^0x[0-9A-F]{8}$/);
    if (isExact) assert.notEqual(os?.status, 0);
    assert.equal(path, undefined);
  } else {
    assert.equal(os, undefined);
    if (expectedPath === undefined) assert.equal(typeof offset, 'number');
    else assert.equal(path, expectedPath);
  }
}
