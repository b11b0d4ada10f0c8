import type { KoaContext } from '../../server/frameworks.js';
import { checkCaller, checkFactoryCall } from './check-framework.js';
import { Gate } from './gate.js';
import { type UpgradeVerifier, upgradeVerifierOf } from './middleware.js';
import type { TokenBindingOptions } from './options.js';

/** The middleware of {@link koaTokenBinding}. */
export interface KoaTokenBindingMiddleware extends UpgradeVerifier {
  /**
   * Calls `next` once if the request passes, and otherwise answers.
   *
   * @throws TypeError if another framework calls it
   */
  (context: KoaContext, next: () => Promise<unknown>): Promise<void>;
}

/**
 * {@link tokenBinding} as middleware of Koa: `app.use(koaTokenBinding(options))`. The bindings are in
 * `ctx.req.tokenBinding`.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError as `open`
 */
export function koaTokenBinding(options: TokenBindingOptions = {}): KoaTokenBindingMiddleware {
  checkFactoryCall('Koa', options);
  const gate = new Gate(options);
  const pass = async (context: KoaContext, next: () => Promise<unknown>): Promise<void> => {
    if (await gate.pass(context.req, context.res)) await next();
    else context.respond = false;
  };
  // Express 4 ignores a promise that is rejected.
  const middleware = (context: KoaContext, next: () => Promise<unknown>): Promise<void> => {
    checkCaller('Koa', context);
    return pass(context, next);
  };
  return Object.assign(middleware, upgradeVerifierOf(gate));
}
