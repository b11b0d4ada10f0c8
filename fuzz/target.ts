import type { Random } from '../src/conformance/random.js';

/** Code that takes bytes from outside, with a check of its documented behaviour. */
export interface Target {
  readonly name: string;
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
    super(
      `${message}\n  ${inputs.map((bytes) => Buffer.from(bytes).toString('hex')).join('\n  ')}`,
      {
        cause,
      },
    );
  }
}

type ErrorClass = abstract new (...args: never[]) => Error & { readonly code: string };

/** The code of a documented error. Any other error is a violation. */
export function documentedCode(
  error: unknown,
  Documented: ErrorClass,
  inputs: readonly Uint8Array[],
): string {
  if (error instanceof Documented) return error.code;
  throw new Violation(`undocumented error: ${error}`, inputs, error);
}
