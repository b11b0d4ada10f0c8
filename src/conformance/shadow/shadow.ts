import { checkObject, checkOptions, invalidArgType, outOfRange } from '../../bytes/check.js';
import type { TokenBindingProvider } from '../../tokenbinding/token-binding-provider.js';
import { type CallDifference, ShadowCalls } from './shadow-calls.js';
import { type ShadowedTokenBinding, ShadowProvider } from './shadow-provider.js';

/** Options of {@link shadow}. */
export interface ShadowOptions {
  /**
   * Called for each difference, never during a call of the primary. If it throws, or if its promise rejects,
   * the error becomes a process warning.
   */
  readonly onDifference: (difference: CallDifference) => unknown;
  /**
   * How many calls may wait for the secondary, 1 to 65536, 256 by default. Further calls are not compared, and
   * are counted as skipped.
   */
  readonly maxPending?: number | undefined;
}

/**
 * Returns a provider that answers as `primary` does and repeats each call on `secondary`, for a migration from
 * one provider to the other. Differences are reported to `onDifference` and never reach the caller.
 *
 * The secondary is called after the primary has answered, only by the promise forms, and cannot delay or fail a
 * call. A secondary call that never ends keeps its place among the pending ones.
 *
 * Verdicts, results and bytes are compared. Error codes are not, but the outcomes contain them. What
 * generateBinding makes, the secondary verifies. The calls that use stored keys by their target
 * (generateIdForUri, deleteBinding, deleteAllBindings) go to the primary only.
 *
 * @throws TypeError or RangeError for an invalid argument
 *
 * @example
 * import { open } from 'tokenbinding';
 * import { shadow } from 'tokenbinding/conformance';
 *
 * const primary = open();
 * const secondary = open({ provider: 'portable' });
 * const provider = shadow(primary, secondary, {
 *   onDifference: ({ call, path }) => console.warn(`${call} differs at ${path}`),
 * });
 * await provider.getKeyTypesServer();
 * await provider.drain();
 * console.log(provider.counts);
 */
export function shadow(
  primary: TokenBindingProvider,
  secondary: TokenBindingProvider,
  options: ShadowOptions,
): ShadowedTokenBinding {
  checkProvider('primary', primary);
  checkProvider('secondary', secondary);
  const { onDifference, maxPending = 256 } = checkOptions('options', options, [
    'onDifference',
    'maxPending',
  ]);
  if (typeof onDifference !== 'function')
    throw invalidArgType('options.onDifference', 'a function');
  if (typeof maxPending !== 'number') throw invalidArgType('options.maxPending', 'a number');
  if (!Number.isInteger(maxPending) || maxPending < 1 || maxPending > 65_536) {
    throw outOfRange('options.maxPending', 'a whole number from 1 to 65536');
  }
  const report = onDifference as ShadowOptions['onDifference'];
  return new ShadowProvider(primary, secondary, new ShadowCalls(report, maxPending));
}

function checkProvider(name: string, value: unknown): void {
  const provider = checkObject(name, value);
  if (typeof provider['verifyMessage'] !== 'function')
    throw invalidArgType(name, 'a provider of Token Binding');
}
