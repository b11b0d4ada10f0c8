import type { KoaContext } from '../../server/frameworks.js';
import { checkCaller, checkFactoryCall } from './check-framework.js';
import { Gate } from './gate.js';
import { type Negotiator, negotiatorOf } from './negotiate.js';
import type { NegotiateOptions } from './options.js';

/** The middleware of {@link koaNegotiate}. */
export interface KoaMiddleware extends Negotiator {
  /**
   * Calls `next` once if the user is authenticated, and otherwise answers.
   *
   * @throws TypeError if another framework calls it
   */
  (context: KoaContext, next: () => Promise<unknown>): Promise<void>;
}

/**
 * {@link negotiate} as middleware of Koa: `app.use(koaNegotiate(options))`. The user is in `ctx.req.auth`.
 *
 * @throws TypeError, RangeError for a wrong option
 */
export function koaNegotiate(options: NegotiateOptions): KoaMiddleware {
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
  return Object.assign(middleware, negotiatorOf(gate));
}
