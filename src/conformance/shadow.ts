import { checkObject, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import type { TokenBindingProvider } from '../tokenbinding/token-binding-provider.js';
import { type CallDifference, ShadowCalls } from './shadow-calls.js';
import { Shadowed, type ShadowedTokenBinding } from './shadowed.js';

export interface CompareOptions {
  /**
   * Told of each difference, never while a call is being made. What it throws, or its promise rejects
   * with, becomes a process warning.
   */
  readonly onDifference: (difference: CallDifference) => unknown;
  /** How many calls may wait for the secondary, 1 to 65536, 256 by default; further ones are not compared. */
  readonly maxPending?: number | undefined;
}

/**
 * A TokenBindingProvider that answers as `primary` does and has `secondary` do the same work beside it, for
 * moving from one provider to the other: every difference is reported, and none reaches the caller.
 * The secondary starts when the primary has answered, is asked by the promise forms alone, and can
 * neither fail nor hold up a call; one that never answers keeps its place among those that may wait.
 *
 * Compared are verdicts, results and bytes; with which code a call is refused is in the outcomes. What
 * generateBinding makes, the secondary verifies. Calls that read or change stored keys by their target
 * (generateIdForUri, deleteBinding, deleteAllBindings) are the primary's alone.
 *
 * @throws TypeError, RangeError for a wrong argument
 */
export function compare(
  primary: TokenBindingProvider,
  secondary: TokenBindingProvider,
  options: CompareOptions,
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
  const report = onDifference as CompareOptions['onDifference'];
  return new Shadowed(primary, secondary, new ShadowCalls(report, maxPending));
}

function checkProvider(name: string, value: unknown): void {
  const provider = checkObject(name, value);
  if (typeof provider['verifyMessage'] !== 'function')
    throw invalidArgType(name, 'a TokenBindingProvider');
}
