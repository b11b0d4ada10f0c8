import type { FastifyLike, FastifyRequestLike } from '../../server/frameworks.js';
import { checkCaller, checkFactoryCall } from './check-framework.js';
import { Gate } from './gate.js';
import type { HttpAuth } from './identity.js';
import { type Negotiator, negotiatorOf } from './negotiate.js';
import type { NegotiateOptions } from './options.js';

/** The plugin of {@link fastifyNegotiate}. */
export interface FastifyNegotiatePlugin extends Negotiator {
  /**
   * Adds the hook to the instance that it is registered in, and the decorator `auth` to its requests.
   *
   * @throws TypeError if another framework calls it
   */
  (instance: FastifyLike, options: unknown, done: (error?: Error) => void): void;
}

/** A decorator that tells that `auth` is that of this plugin. */
const OWN = Symbol('auth of fastifyNegotiate');
const TAKEN =
  'requests already have a decorator auth, of another plugin: it would tell another user';

function getAuth(this: FastifyRequestLike): HttpAuth | undefined {
  return this.raw.auth;
}

/**
 * {@link negotiate} as a plugin of Fastify: `app.register(fastifyNegotiate(options))`. It holds for all routes of the
 * instance that it is registered in. The user is in `request.auth`, and in `request.raw.auth`. The
 * registration fails if requests already have a decorator `auth` of another plugin.
 *
 * @throws TypeError, RangeError for a wrong option
 */
export function fastifyNegotiate(options: NegotiateOptions): FastifyNegotiatePlugin {
  checkFactoryCall('Fastify', options);
  const gate = new Gate(options);
  const plugin = (instance: FastifyLike, _: unknown, done: (error?: Error) => void): void => {
    checkCaller('Fastify', instance);
    if (!instance.hasRequestDecorator(OWN)) {
      if (instance.hasRequestDecorator('auth')) return void done(new Error(TAKEN));
      for (const name of ['auth', OWN]) instance.decorateRequest(name, { getter: getAuth });
    }
    instance.addHook('onRequest', async (request, reply) => {
      if (await gate.pass(request.raw, reply.raw)) return;
      reply.hijack();
    });
    done();
  };
  // Without it the plugin would get an instance of its own, whose hooks hold for no route outside it.
  const marks = { [Symbol.for('skip-override')]: true };
  return Object.assign(plugin, marks, negotiatorOf(gate));
}
