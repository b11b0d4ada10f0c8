import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Turns } from '../../bytes/turns.js';
import { destroyQuietly } from './deadline.js';
import type {
  UndiciAgentClass,
  UndiciConnectOptions,
  UndiciDispatcher,
  UndiciRequest,
} from './undici.js';
import { callBack, type UndiciConnections } from './undici-connections.js';
import { setFieldsOfRequests } from './undici-request-fields.js';

/** The connections of an Agent of undici to one origin, with fields that belong to each connection. */
export class KeptPool extends EventEmitter {
  readonly #agent: UndiciDispatcher;
  /** For requests that change the protocol: undici gives their connection away, and the limit does not count it. */
  readonly #changing: UndiciDispatcher;
  readonly #connections: UndiciConnections;
  /** undici 7 can have a second pool while the first one has requests: together they keep the limit. */
  readonly #turns: Turns;

  /** @param limit connections at a time */
  constructor(
    Agent: UndiciAgentClass<UndiciDispatcher>,
    connections: UndiciConnections,
    _origin: string | URL,
    limit: number,
  ) {
    super();
    this.#connections = connections;
    this.#turns = new Turns(limit);
    // One request at a time: others wait in the pool, where they can be aborted.
    const options = { pipelining: 1, allowH2: false };
    this.#agent = new Agent({
      ...options,
      ...(Number.isFinite(limit) ? { connections: limit } : {}),
      connect: (from, callback) => callBack(this.#openInTurn(from), callback),
    });
    this.#changing = new Agent({
      ...options,
      connect: (from, callback) => callBack(this.#open(from), callback),
    });
  }

  /** @throws TypeError for a field that belongs to the connection: the Agent passes it to the handler */
  dispatch(request: UndiciRequest, handler: object): boolean {
    const changes = request.method === 'CONNECT' || Boolean(request.upgrade);
    const agent = changes ? this.#changing : this.#agent;
    agent.dispatch(this.#connections.checkRequest(request), handler);
    return true;
  }

  /** Waits for the requests. The Agent refuses others. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.close(), this.#changing.close()]);
  }

  /** @param error the error of each request */
  async destroy(error: Error): Promise<void> {
    await Promise.all([this.#agent.destroy(error), this.#changing.destroy(error)]);
  }

  async #openInTurn(from: UndiciConnectOptions): Promise<Socket> {
    await this.#turns.take();
    try {
      const socket = await this.#open(from);
      socket.once('close', () => this.#turns.end());
      return socket;
    } catch (error) {
      this.#turns.end();
      throw error;
    }
  }

  async #open(from: UndiciConnectOptions): Promise<Socket> {
    const { socket, fields } = await this.#connections.open(from);
    try {
      if (fields !== undefined) setFieldsOfRequests(socket, fields);
      return socket;
    } catch (error) {
      destroyQuietly(socket);
      throw error;
    }
  }
}
