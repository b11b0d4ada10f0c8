import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { destroyQuietly } from './deadline.js';
import { OneRequestPool } from './one-request-pool.js';
import { withRepeatableHeaders } from './own-fields.js';
import type {
  UndiciAgentClass,
  UndiciConnectOptions,
  UndiciDispatcher,
  UndiciRequest,
} from './undici.js';
import { takeRepeat } from './undici-answers.js';
import { callBack, type UndiciConnections } from './undici-connections.js';
import { setFieldsOfFirstRequest } from './undici-first-request.js';
import { isRepeatable, repeatingHandler } from './undici-repeat.js';

/** The connections of an Agent of undici to one origin. It sends a request again if the hooks ask for that. */
export class RepeatingPool extends EventEmitter {
  readonly #agent: UndiciDispatcher;
  /** For requests that are sent again. Their connections count by themselves. */
  readonly #repeats: OneRequestPool;
  #isDestroyed = false;

  /** @param limit connections at a time */
  constructor(
    Agent: UndiciAgentClass<UndiciDispatcher>,
    connections: UndiciConnections,
    origin: string | URL,
    limit: number,
  ) {
    super();
    this.#agent = new Agent({
      ...(Number.isFinite(limit) ? { connections: limit } : {}),
      // One request at a time: the answer to a request tells about its connection.
      pipelining: 1,
      allowH2: false,
      connect: (from, callback) => callBack(openFor(connections, from), callback),
    });
    this.#repeats = new OneRequestPool(Agent, connections, origin, limit);
  }

  dispatch(request: UndiciRequest, handler: object): boolean {
    if (!isRepeatable(request)) return this.#agent.dispatch(request, handler);
    const own = withRepeatableHeaders(request);
    const repeat = () => !this.#isDestroyed && this.#repeats.dispatch(own, handler);
    return this.#agent.dispatch(own, repeatingHandler(handler, takeRepeat, repeat));
  }

  /** Waits for the requests. The Agent refuses others. */
  async close(): Promise<void> {
    await this.#agent.close();
    await this.#repeats.close();
  }

  /** @param error the error of each request */
  async destroy(error: Error): Promise<void> {
    this.#isDestroyed = true;
    await Promise.all([this.#agent.destroy(error), this.#repeats.destroy(error)]);
  }
}

async function openFor(
  connections: UndiciConnections,
  from: UndiciConnectOptions,
): Promise<Socket> {
  const { socket, fields } = await connections.open(from);
  try {
    if (fields !== undefined) setFieldsOfFirstRequest(socket, fields);
  } catch (error) {
    destroyQuietly(socket);
    throw error;
  }
  return socket;
}
