import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Turns } from '../../bytes/turns.js';
import { destroyQuietly } from './deadline.js';
import { destinationOf } from './destination.js';
import type { OpenConnection } from './open-connection.js';
import type {
  UndiciAgentClass,
  UndiciConnectOptions,
  UndiciDispatcher,
  UndiciRequest,
} from './undici.js';
import { callBack, type UndiciConnections } from './undici-connections.js';
import { startEarly } from './undici-handler.js';
import { setFieldsOfRequests } from './undici-request-fields.js';

/** The connections of an Agent of undici to one origin, each for one request, with the fields prepared for it. */
export class OneRequestPool extends EventEmitter {
  readonly #Agent: UndiciAgentClass<UndiciDispatcher>;
  readonly #connections: UndiciConnections;
  readonly #origin: string;
  readonly #turns: Turns;
  /** What stops each request, and its end. */
  readonly #running = new Map<AbortController, Promise<void>>();

  /** @param limit connections at a time */
  constructor(
    Agent: UndiciAgentClass<UndiciDispatcher>,
    connections: UndiciConnections,
    origin: string | URL,
    limit: number,
  ) {
    super();
    this.#Agent = Agent;
    this.#connections = connections;
    this.#origin = destinationOf(origin).origin;
    this.#turns = new Turns(limit);
  }

  /** @throws TypeError for a field that belongs to the connection: the Agent passes it to the handler */
  dispatch(unchecked: UndiciRequest, handler: object): boolean {
    const request = this.#connections.checkRequest(unchecked);
    const stop = new AbortController();
    startEarly(handler, stop);
    const open = async (from: UndiciConnectOptions): Promise<Socket> => {
      const { socket, fields } = await this.#open(from, request.path, stop.signal);
      try {
        if (fields !== undefined) setFieldsOfRequests(socket, fields);
      } catch (error) {
        destroyQuietly(socket);
        throw error;
      }
      return socket;
    };
    // undici checks the request before it calls `connect`.
    const agent = new this.#Agent({
      connections: 1,
      pipelining: 1,
      allowH2: false,
      connect: (from, callback) => callBack(open(from), callback),
    });
    agent.dispatch({ ...request, origin: this.#origin, reset: true }, handler);
    // Closes the connection when the request has ended, however it ended.
    const end = agent.close().finally(() => this.#running.delete(stop));
    this.#running.set(stop, end);
    return true;
  }

  /** Waits for the requests. The Agent refuses others. */
  async close(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** @param error the error of each request */
  destroy(error: Error): Promise<void> {
    for (const stop of this.#running.keys()) stop.abort(error);
    return this.close();
  }

  async #open(
    from: UndiciConnectOptions,
    path: string,
    signal: AbortSignal,
  ): Promise<OpenConnection> {
    await this.#turns.take(signal);
    try {
      const opened = await this.#connections.open(from, path, signal);
      opened.socket.once('close', () => this.#turns.end());
      return opened;
    } catch (error) {
      this.#turns.end();
      throw error;
    }
  }
}
