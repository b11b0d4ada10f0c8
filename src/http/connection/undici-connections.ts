import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { destroyQuietly } from './deadline.js';
import type { ConnectionHooks, Destination } from './hooks.js';
import { type OpenConnection, openConnection } from './open-connection.js';
import { watchAnswers } from './undici-answers.js';

/** Makes the connections of a dispatcher, and closes them when the agents are closed. */
export class UndiciConnections {
  readonly #hooks: ConnectionHooks;
  readonly #tls: ConnectionOptions | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(hooks: ConnectionHooks, tls: ConnectionOptions | undefined) {
    this.#hooks = hooks;
    this.#tls = tls;
    const { signal } = hooks;
    const closeAll = () => {
      for (const socket of this.#sockets) socket.destroy(signal.reason);
    };
    signal.addEventListener('abort', closeAll, { once: true });
  }

  /** @param options of `net.connect` */
  async open(
    destination: Destination,
    path: string,
    options: ConnectionOptions = {},
  ): Promise<OpenConnection> {
    const { signal, onAnswer } = this.#hooks;
    const request = { destination, path, options, tls: this.#tls };
    const opened = await openConnection(this.#hooks, request);
    const { socket } = opened;
    if (signal.aborted) {
      destroyQuietly(socket);
      throw signal.reason;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (onAnswer !== undefined) watchAnswers(socket, this.#hooks);
    return opened;
  }
}
