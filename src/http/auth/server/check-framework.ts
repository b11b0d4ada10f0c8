type Framework = 'Express' | 'Koa' | 'Fastify';

/** What makes the middleware of each framework. */
const FACTORIES: Readonly<Record<Framework, string>> = {
  Express: 'negotiate',
  Koa: 'koaNegotiate',
  Fastify: 'fastifyNegotiate',
};

/**
 * Checks the first argument of a middleware.
 *
 * @throws TypeError if another framework calls it
 */
export function checkCaller(wanted: Framework, argument: unknown): void {
  const caller = frameworkOf(argument);
  if (caller === undefined || caller === wanted) return;
  const factory = `${FACTORIES[caller]}()`;
  // Not only Express calls the middleware of negotiate().
  if (wanted === 'Express') throw new TypeError(`for ${caller} use ${factory}`);
  throw new TypeError(`${FACTORIES[wanted]}() is for ${wanted}: use ${factory}`);
}

/**
 * Checks that the options are not the first argument of a middleware.
 *
 * @throws TypeError if a framework calls the factory
 */
export function checkFactoryCall(wanted: Framework, options: unknown): void {
  checkCaller(wanted, options);
  if (frameworkOf(options) === undefined) return;
  const factory = FACTORIES[wanted];
  const method = wanted === 'Fastify' ? 'register' : 'use';
  const form = `app.${method}(${factory}({ accounts }))`;
  throw new TypeError(`call ${factory}(options) first: ${form}`);
}

/** The framework that calls a middleware with this first argument: a request, a context or an instance. */
function frameworkOf(argument: unknown): Framework | undefined {
  if (argument === undefined || argument === null) return undefined;
  const { rawHeaders, req, addHook } = argument as Record<string, unknown>;
  if (rawHeaders !== undefined) return 'Express';
  if (req !== undefined) return 'Koa';
  return addHook === undefined ? undefined : 'Fastify';
}
