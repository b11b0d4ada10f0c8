/** Handles the rejection of what a function returned, if it is a promise: it would end the process. */
export function ignoreRejection(result: unknown): void {
  Promise.resolve(result).catch(() => {});
}

/** A function of the options, made to throw a TypeError if it returns a promise, of which nothing is known yet. */
export function forbidPromise<Argument, Result>(
  name: string,
  call: (argument: Argument) => Result,
): (argument: Argument) => Result {
  return (argument) => {
    const result = call(argument);
    if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') {
      return result;
    }
    ignoreRejection(result);
    throw new TypeError(`options.${name} must return its result, not a promise`);
  };
}
