import type { Socket } from 'node:net';
import type { SecurityContext } from '../../../sspi/security-context.js';
import type { Scheme } from '../scheme.js';

/** Why a handshake ended. */
export type HandshakeEnd =
  | 'complete'
  | 'failed'
  | 'interrupted'
  | 'timeout'
  | 'disconnected'
  | 'shutdown';

/** What a handshake calls, each once. */
export interface HandshakeListeners {
  readonly onEnd: (end: HandshakeEnd) => void;
  /** The handshake has ended, and so has all work for it: a lookup of an account goes on without its client. */
  readonly onSettled: () => void;
}

/** Thrown to the request that waits for a handshake which something else ended. */
export class HandshakeEnded extends Error {
  readonly end: HandshakeEnd;

  constructor(end: HandshakeEnd) {
    super(`the handshake ended: ${end}`);
    this.end = end;
  }
}

/**
 * A handshake of a connection, from its first token until it is complete or has failed. It ends at
 * the latest when the connection is closed or the time is over.
 */
export class Handshake {
  readonly scheme: Scheme;
  /** The tokens received. */
  legs = 0;
  /** Whether a request waits for an answer. Else the next token of the client is awaited. */
  isBusy = true;
  readonly #socket: Socket;
  readonly #listeners: HandshakeListeners;
  readonly #timer: NodeJS.Timeout;
  readonly #ended: Promise<never>;
  #reject!: (error: HandshakeEnded) => void;
  #end: HandshakeEnd | undefined;
  #context: Promise<SecurityContext> | undefined;
  /** The calls of {@link during} whose work is not settled. */
  #pending = 0;

  /** @param timeout milliseconds for the whole handshake */
  constructor(scheme: Scheme, socket: Socket, timeout: number, listeners: HandshakeListeners) {
    this.scheme = scheme;
    this.#socket = socket;
    this.#listeners = listeners;
    this.#ended = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Nobody may be waiting when it ends.
    this.#ended.catch(() => {});
    this.#timer = setTimeout(this.#onTimeout, timeout).unref();
    socket.once('close', this.#onClose);
  }

  /**
   * The result of a part of the handshake.
   *
   * @throws HandshakeEnded if the handshake ends before
   */
  async during<T>(work: T | Promise<T>): Promise<T> {
    const own = Promise.resolve(work);
    this.#pending += 1;
    own.then(this.#onWorkSettled, this.#onWorkSettled);
    const result = await Promise.race([own, this.#ended]);
    if (this.#end !== undefined) throw new HandshakeEnded(this.#end);
    return result;
  }

  /**
   * The context, made at the first call. It is closed when the handshake ends.
   *
   * @throws HandshakeEnded
   */
  context(create: () => Promise<SecurityContext>): Promise<SecurityContext> {
    // Then its event 'close' is over.
    if (this.#socket.destroyed) {
      this.end('disconnected');
      return this.#ended;
    }
    this.#context ??= create();
    return this.during(this.#context);
  }

  end(end: HandshakeEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    clearTimeout(this.#timer);
    this.#socket.off('close', this.#onClose);
    this.#context?.then(
      (context) => context.close(),
      () => {},
    );
    this.#listeners.onEnd(end);
    if (this.#pending === 0) this.#listeners.onSettled();
    // Nobody waits for a complete one, and each error takes time for its stack.
    if (end !== 'complete') this.#reject(new HandshakeEnded(end));
  }

  readonly #onWorkSettled = (): void => {
    this.#pending -= 1;
    if (this.#pending === 0 && this.#end !== undefined) this.#listeners.onSettled();
  };

  readonly #onClose = (): void => this.end('disconnected');

  readonly #onTimeout = (): void => {
    this.end('timeout');
    // A waiting request is answered first.
    if (!this.isBusy) this.#socket.destroy();
  };
}
