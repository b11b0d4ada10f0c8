type Framework = 'Express' | 'Koa' | 'Fastify';

/** Checks that a middleware runs in its own framework. */
export interface FrameworkChecks {
  /**
   * Checks the first argument of a middleware.
   *
   * @throws TypeError if another framework calls it
   */
  checkCaller(wanted: Framework, argument: unknown): void;
  /**
   * Checks that the options are not the first argument of a middleware.
   *
   * @throws TypeError if a framework calls the factory
   */
  checkFactoryCall(wanted: Framework, options: unknown): void;
}

/**
 * @param factories what makes the middleware of each framework
 * @param example options for the text of an error
 */
export function frameworkChecks(
  factories: Readonly<Record<Framework, string>>,
  example: string,
): FrameworkChecks {
  const checkCaller = (wanted: Framework, argument: unknown): void => {
    const caller = frameworkOf(argument);
    if (caller === undefined || caller === wanted) return;
    const factory = `${factories[caller]}()`;
    // Not only Express calls its middleware: node:http does, too.
    if (wanted === 'Express') throw new TypeError(`for ${caller} use ${factory}`);
    throw new TypeError(`${factories[wanted]}() is for ${wanted}: use ${factory}`);
  };
  const checkFactoryCall = (wanted: Framework, options: unknown): void => {
    checkCaller(wanted, options);
    if (frameworkOf(options) === undefined) return;
    const factory = factories[wanted];
    const method = wanted === 'Fastify' ? 'register' : 'use';
    const form = `app.${method}(${factory}(${example}))`;
    throw new TypeError(`call ${factory}(options) first: ${form}`);
  };
  return { checkCaller, checkFactoryCall };
}

/** The framework that calls a middleware with this first argument: a request, a context or an instance. */
function frameworkOf(argument: unknown): Framework | undefined {
  if (argument === undefined || argument === null) return undefined;
  const object = argument as Record<string, unknown>;
  if (object['rawHeaders'] !== undefined) return 'Express';
  if (object['req'] !== undefined) return 'Koa';
  return object['addHook'] === undefined ? undefined : 'Fastify';
}
