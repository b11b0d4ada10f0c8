import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';

/** The time limit of a connection in the making, and the signals that end it earlier. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #signals: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout;

  /** @param timeout in milliseconds */
  constructor(timeout: number, timeoutError: () => Error, signals: readonly AbortSignal[]) {
    this.#signals = signals;
    this.#timer = setTimeout(() => this.#controller.abort(timeoutError()), timeout);
    // Node would warn of more than ten connections in the making.
    setMaxListeners(0, ...signals);
    // AbortSignal.any() would keep an entry for each connection in a signal that lives as long as the agents.
    for (const signal of signals) signal.addEventListener('abort', this.#abort);
    this.#abort();
  }

  /**
   * Aborted with the error of the time limit, or with the reason of a signal. If one signal aborts another, the
   * reason is that of the first in the list.
   */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    const aborted = this.#signals.find((signal) => signal.aborted);
    if (aborted !== undefined) this.#controller.abort(aborted.reason);
  };
}

/** Waits for a socket that somebody else makes. If it comes after the signal, it is destroyed. */
export function waitForSocket(made: Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    made
      .then((socket) => {
        if (signal.aborted) destroyQuietly(socket);
        resolve(socket);
      }, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Waits for work on a socket, as long as the socket is open and the signal is not aborted. If the work fails, the
 * socket is destroyed at once.
 */
export function waitWhileOpen<T>(
  socket: Socket,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const removeListeners = () => {
      socket.off('error', fail);
      socket.off('close', onClose);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      destroyQuietly(socket);
      removeListeners();
      reject(error);
    };
    // The work sees the end too, and its error says more.
    const onClose = () => setImmediate(fail, prematureCloseError());
    const onAbort = () => fail(signal.reason);
    socket.on('error', fail);
    socket.on('close', onClose);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else if (socket.destroyed) onClose();
    work.then((result) => {
      removeListeners();
      resolve(result);
    }, fail);
  });
}

/**
 * Destroys a socket. Its errors need no listener any more.
 *
 * @param reason the error that its listeners get
 */
export function destroyQuietly(socket: Socket, reason?: Error): void {
  socket.on('error', () => {});
  socket.destroy(reason);
}

/** A reason as it is, or an error for one that Node and undici would take for success. */
export function errorOf(reason: unknown): unknown {
  return reason || new Error('the connection failed without a reason', { cause: reason });
}

/** The error of a connection that the peer closed too early, with Node's own code. */
export function prematureCloseError(): Error {
  const error = new Error('the connection was closed before it was ready for a request');
  return Object.assign(error, { code: 'ECONNRESET' });
}
