import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { destroyQuietly, errorOf } from './deadline.js';
import { destinationOf, targetOf } from './destination.js';
import type { ConnectionHooks } from './hooks.js';
import { type OpenConnection, openConnection } from './open-connection.js';
import { withoutOwnFields } from './own-fields.js';
import type { UndiciConnectCallback, UndiciConnectOptions, UndiciRequest } from './undici.js';
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
      for (const socket of this.#sockets) destroyQuietly(socket, signal.reason);
    };
    signal.addEventListener('abort', closeAll, { once: true });
  }

  /** @throws TypeError for a field that belongs to the connection */
  checkRequest(request: UndiciRequest): UndiciRequest {
    return withoutOwnFields(request, this.#hooks.ownFields ?? []);
  }

  /**
   * @param path the request target of the only request of the connection, if it is known
   * @param stop ends the connection, also when undici has it
   */
  async open(
    { hostname, protocol, port, localAddress }: UndiciConnectOptions,
    path?: string,
    stop?: AbortSignal,
  ): Promise<OpenConnection> {
    const { onAnswer, ownFields, signal } = this.#hooks;
    const destination = destinationOf({ protocol, host: hostname, port });
    const opened = await openConnection(this.#hooks, {
      destination,
      path: path ?? targetOf(this.#hooks, destination, '/'),
      options: { ...(localAddress ? { localAddress } : {}) },
      tls: this.#tls,
      signals: stop && [stop],
    });
    const { socket, fields } = opened;
    const ended = [signal, stop].find((one) => one?.aborted);
    if (ended !== undefined) {
      destroyQuietly(socket);
      throw ended.reason;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    stop?.addEventListener('abort', () => destroyQuietly(socket, stop.reason), { once: true });
    const isForOneRequest = path !== undefined || (fields !== undefined && ownFields === undefined);
    if (onAnswer !== undefined || isForOneRequest) {
      watchAnswers(socket, { hooks: this.#hooks, isForOneRequest });
    }
    return opened;
  }
}

/** Gives undici a connection, or the error that there is none. */
export function callBack(opened: Promise<Socket>, callback: UndiciConnectCallback): void {
  opened.then(
    (socket) => callback(null, socket),
    (error: unknown) => callback(errorOf(error) as Error, null),
  );
}
