import type { FastifyLike, FastifyRequestLike } from '../../server/frameworks.js';
import { checkCaller, checkFactoryCall } from './check-framework.js';
import { Gate } from './gate.js';
import { type UpgradeVerifier, upgradeVerifierOf } from './middleware.js';
import type { TokenBindingOptions } from './options.js';
import type { RequestBindings } from './request-bindings.js';

/** The plugin of {@link fastifyTokenBinding}. */
export interface FastifyTokenBindingPlugin extends UpgradeVerifier {
  /**
   * Adds the hook to the instance that it is registered in, and the decorator `tokenBinding` to its requests.
   *
   * @throws TypeError if another framework calls it
   */
  (instance: FastifyLike, options: unknown, done: (error?: Error) => void): void;
}

/** A decorator that tells that `tokenBinding` is that of this plugin. */
const OWN = Symbol('tokenBinding of fastifyTokenBinding');
const TAKEN =
  'requests already have a decorator tokenBinding, of another plugin: it would tell another key';

function getTokenBinding(this: FastifyRequestLike): RequestBindings | undefined {
  return this.raw.tokenBinding;
}

/**
 * {@link tokenBinding} as a plugin of Fastify: `app.register(fastifyTokenBinding(options))`. It holds for all routes of the
 * instance that it is registered in. The bindings are in `request.tokenBinding`, and in `request.raw.tokenBinding`. The
 * registration fails if requests already have a decorator `tokenBinding` of another plugin.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError as `open`
 */
export function fastifyTokenBinding(options: TokenBindingOptions = {}): FastifyTokenBindingPlugin {
  checkFactoryCall('Fastify', options);
  const gate = new Gate(options);
  const plugin = (instance: FastifyLike, _: unknown, done: (error?: Error) => void): void => {
    checkCaller('Fastify', instance);
    if (!instance.hasRequestDecorator(OWN)) {
      if (instance.hasRequestDecorator('tokenBinding')) return void done(new Error(TAKEN));
      for (const name of ['tokenBinding', OWN]) {
        instance.decorateRequest(name, { getter: getTokenBinding });
      }
    }
    instance.addHook('onRequest', async (request, reply) => {
      if (await gate.pass(request.raw, reply.raw)) return;
      reply.hijack();
    });
    done();
  };
  // Without it the plugin would get an instance of its own, whose hooks hold for no route outside it.
  const marks = { [Symbol.for('skip-override')]: true };
  return Object.assign(plugin, marks, upgradeVerifierOf(gate));
}
