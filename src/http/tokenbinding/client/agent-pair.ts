import type { Agent as HttpsAgent } from 'node:https';
import { createDispatcher } from '../../connection/dispatcher.js';
import type { ConnectionHooks } from '../../connection/hooks.js';
import { PreparedHttpsAgent } from '../../connection/http-agents.js';
import { fetchAgentClass, type UndiciAgentClass } from '../../connection/undici.js';
import type { ClientSettings } from './check-options.js';

/** An agent of Node and a dispatcher of undici over the same hooks. They have their own connections. */
export class AgentPair<D> {
  /** For https: in `node:https` and in everything that takes an agent of it, such as axios, got and ws. */
  readonly httpsAgent: HttpsAgent;
  readonly #hooks: ConnectionHooks;
  readonly #settings: ClientSettings;
  #dispatcher: D | undefined;

  constructor(hooks: ConnectionHooks, settings: ClientSettings) {
    const { maxSockets, tls } = settings;
    this.#hooks = hooks;
    this.#settings = settings;
    this.httpsAgent = new PreparedHttpsAgent(hooks, { maxSockets, ...tls });
  }

  /**
   * For `fetch` and undici, as the option `dispatcher`. By default for the `fetch` of Node. Made at the first use.
   *
   * @throws Error without the option `undici`, if another dispatcher replaced the global one of `fetch`
   */
  get dispatcher(): D {
    this.#dispatcher ??= this.#createDispatcher();
    return this.#dispatcher;
  }

  #createDispatcher(): D {
    const { Agent = fetchAgentClass(), maxSockets: connections, tls } = this.#settings;
    return createDispatcher(this.#hooks, { Agent: Agent as UndiciAgentClass<D>, connections, tls });
  }
}
