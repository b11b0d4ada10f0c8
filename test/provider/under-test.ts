import assert from 'node:assert/strict';
import type { TokenBinding, TokenBindingError } from '../../src/index.js';

/** One provider, as the suites of this folder take it. */
export interface ProviderUnderTest {
  readonly name: string;
  open(): TokenBinding;
  /** Whether its errors say where in the bytes the fault is, or what the operating system answered. */
  readonly errorsSay: 'where' | 'status';
  /**
   * Whether its keys are these tests' alone. Where others have keys too, nothing here calls
   * deleteAllBindings, and the keys made here are deleted at the end.
   */
  readonly ownsStore: boolean;
}

/** Asserts that a refusal says as much as this provider can say of it. */
export function assertDetails(
  { errorsSay }: ProviderUnderTest,
  { path, offset, os }: TokenBindingError,
  expectedPath?: string,
): void {
  if (errorsSay === 'status') {
    assert.match(os?.function ?? '', /^TokenBinding/);
    assert.match(os?.hex ?? '', /^0x[0-9A-F]{8}$/);
    assert.notEqual(os?.status, 0);
    assert.equal(path, undefined);
  } else {
    assert.equal(os, undefined);
    if (expectedPath === undefined) assert.equal(typeof offset, 'number');
    else assert.equal(path, expectedPath);
  }
}
