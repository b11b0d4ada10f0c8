import type { Random } from '../src/conformance/random.js';

/** Code that takes bytes from outside, with a check of its documented behaviour. */
export interface Target {
  readonly name: string;
  /** The most processor time that one input may take, in milliseconds. Default 1000. */
  readonly maxTime?: number;
  /**
   * Gives the target one input, derived from the random numbers.
   *
   * @returns the outcome in a word or two
   * @throws Violation if the target violates its documentation
   */
  run(random: Random): string | Promise<string>;
}

/** A violation of the documented behaviour, with the inputs that cause it. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(message: string, inputs: readonly Uint8Array[], cause?: unknown) {
    const lines = inputs.map((bytes) => `\n  ${Buffer.from(bytes).toString('hex')}`);
    super(`${message}${lines.join('')}`, { cause });
  }
}

type ErrorClass = abstract new (...args: never[]) => Error & { readonly code: string };

/**
 * Requires an error to be a documented one.
 *
 * @returns its code
 * @throws Violation
 */
export function requireDocumented(
  error: unknown,
  Documented: ErrorClass,
  inputs: readonly Uint8Array[],
): string {
  if (error instanceof Violation) throw error;
  if (error instanceof Documented) return error.code;
  throw new Violation(`undocumented error: ${error}`, inputs, error);
}
