import type { Random } from '../src/conformance/random.js';

/** Something that takes bytes from outside, with the one question asked of it: does it keep its promises? */
export interface Target {
  readonly name: string;
  /**
   * Gives the target one input that follows from the random numbers.
   *
   * @returns what came of it, in a word or two
   * @throws Broken for a broken promise
   */
  run(random: Random): string | Promise<string>;
}

/** A promise that was broken, and the inputs that broke it. */
export class Broken extends Error {
  override readonly name = 'Broken';

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

/** The code of a documented error; any other error is a broken promise. */
export function documentedCode(
  error: unknown,
  Documented: ErrorClass,
  inputs: readonly Uint8Array[],
): string {
  if (error instanceof Documented) return error.code;
  throw new Broken(`an error that is not documented: ${error}`, inputs, error);
}
