import assert from 'node:assert/strict';
import {
  type BindingResult,
  TokenBindingError,
  type TokenBindingErrorCode,
  type TokenBindingProvider,
} from '../../src/index.js';
import { refused, rejected } from '../support/refused.js';

/** One provider, as the suites of this folder take it. */
export interface ProviderUnderTest {
  readonly name: string;
  open(): TokenBindingProvider;
  /** Whether its errors say where in the bytes the fault is, or what the operating system answered. */
  readonly errorsSay: 'where' | 'status';
  /**
   * Whether its codes are known, and that it lists bindings that cannot be evaluated. Microsoft documents
   * neither: over the DLL of Windows any status other than 0 is a refusal, and so is what the package refuses
   * although the DLL succeeded.
   */
  readonly isExact: boolean;
  /**
   * Whether its keys are these tests' alone. Where others have keys too, nothing here calls
   * deleteAllBindings, and the keys made here are deleted at the end.
   */
  readonly ownsStore: boolean;
}

/** How the suites assert refusals of one provider. */
export interface Refusals {
  /** Asserts that `work` is refused, with this code where codes are known, and gives the error. */
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

/** An answer of the DLL that cannot be is no refusal; what the package itself refuses has its code. */
function asRefusal(code: TokenBindingErrorCode, error: unknown): TokenBindingError {
  if (!(error instanceof TokenBindingError)) throw error;
  if (error.os === undefined) assert.equal(error.code, code, error.message);
  assert.ok(error.os?.status !== 0 || error.code !== 'ERR_TB_OS', error.message);
  return error;
}

/** Asserts what verification listed; an inexact provider may leave out what it cannot evaluate. */
export function assertListed<Shown extends Pick<BindingResult, 'status'>>(
  { isExact }: ProviderUnderTest,
  seen: readonly Shown[],
  wanted: readonly Shown[],
): void {
  const isVerified = ({ status }: Shown) => status === 'verified';
  const isLeftOut = !isExact && seen.every(isVerified);
  assert.deepEqual(seen, isLeftOut ? wanted.filter(isVerified) : wanted);
}

/** Asserts that a refusal says as much as this provider can say of it. */
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
