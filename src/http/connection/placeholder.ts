import { Socket } from 'node:net';
import { type PoolAgent, type PoolOptions, takeOut } from './pool-agent.js';

/**
 * Stands in the pool of an agent for a connection in the making, so that `maxSockets` and `maxTotalSockets` count
 * it, and `agent.destroy()` ends it.
 */
export class Placeholder extends Socket {
  readonly #agent: PoolAgent;
  readonly #options: PoolOptions;
  readonly #controller = new AbortController();

  constructor(agent: PoolAgent, options: PoolOptions) {
    super();
    this.#agent = agent;
    this.#options = options;
    const name = agent.getName(options);
    agent.sockets[name] ??= [];
    agent.sockets[name].push(this);
    agent.totalSocketCount += 1;
  }

  /** Aborted when the agent destroys its sockets. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Leaves the place to the connection, which the caller adds at once. */
  yieldPlace(): void {
    takeOut(this.#agent.sockets, this.#agent.getName(this.#options), this);
    this.#agent.totalSocketCount -= 1;
  }

  /** Leaves the place to the next request in the queue. */
  givePlaceToQueue(): void {
    this.#agent.totalSocketCount -= 1;
    this.#agent.removeSocket(this, this.#options);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const reason = Object.assign(new Error('the agent was destroyed'), { code: 'ECONNRESET' });
    this.#controller.abort(reason);
    super._destroy(error, callback);
  }
}
