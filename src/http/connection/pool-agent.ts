import type { AgentOptions, ClientRequest } from 'node:http';
import type { Agent, RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The options of a connection: those of its first request together with those of the agent. */
export type PoolOptions = RequestOptions & AgentOptions;

export type ConnectionCallback = (error: Error | null, socket: Duplex) => void;

/** What an agent of Node has besides its types. */
export interface PoolAgent extends Agent {
  readonly sockets: Record<string, Socket[] | undefined>;
  readonly requests: Record<string, ClientRequest[] | undefined>;
  totalSocketCount: number;
  addRequest(request: ClientRequest, options: PoolOptions): void;
  createSocket(request: ClientRequest, options: PoolOptions, callback: ConnectionCallback): void;
  /** Takes a socket out of the pool, and makes a connection for the next request in the queue. */
  removeSocket(socket: Socket, options: PoolOptions): void;
}

/** What a request has besides its types. */
export interface PoolRequest extends ClientRequest {
  /** The option `timeout`, in milliseconds. */
  readonly timeout?: number;
  /** Gives the request its socket, or the error that it has none. */
  onSocket(socket: Socket | null, error?: unknown): void;
}

/** Takes an item out of a list of `agent.sockets` or `agent.requests`. Returns whether it was there. */
export function takeOut<T>(lists: Record<string, T[] | undefined>, name: string, item: T): boolean {
  const list = lists[name] ?? [];
  const index = list.indexOf(item);
  if (index === -1) return false;
  list.splice(index, 1);
  // http.Agent expects that no list is empty.
  if (list.length === 0) delete lists[name];
  return true;
}
