import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from '../../server/answer.js';
import { isHttp2 } from '../../server/is-http2.js';
import { ignoreRejection } from '../../server/promises.js';
import type { Scheme } from '../scheme.js';
import { Contexts } from './contexts.js';
import { type Connection, type Decision, decide } from './decide.js';
import { dropBody } from './drop-body.js';
import type { EventDetails } from './events.js';
import type { Exchange } from './exchange.js';
import { Handshake, type HandshakeEnd } from './handshake.js';
import { HandshakeSlots } from './handshake-slots.js';
import { type HttpAuth, newAuth } from './identity.js';
import {
  type Refusal,
  refusalOf,
  ServerFailure,
  TIMEOUT_EVENT,
  TOO_MANY_HANDSHAKES,
} from './refusal.js';
import { runLeg } from './run-leg.js';
import type { Settings } from './settings.js';

/** The result for a request that passes. */
interface Pass {
  /** Undefined if it needs no authentication. */
  readonly auth: HttpAuth | undefined;
}

/** Authenticates connections by their requests. */
export class Authenticator {
  readonly #settings: Settings;
  readonly #contexts: Contexts;
  readonly #slots: HandshakeSlots;
  readonly #connections = new WeakMap<Socket, Connection>();
  readonly #handshakes = new Set<Handshake>();

  constructor(settings: Settings) {
    const { handshakes, handshakesPerAddress } = settings.limits;
    this.#settings = settings;
    this.#contexts = new Contexts(settings);
    this.#slots = new HandshakeSlots(handshakes, handshakesPerAddress);
  }

  /**
   * Lets a request pass, or answers it: then the result is undefined. There is no promise if the user of the connection
   * is known. It throws nothing.
   */
  authenticate(exchange: Exchange): Pass | Promise<Pass | undefined> {
    const connection = this.#connectionOf(exchange.request);
    try {
      const decision = decide(exchange, connection, this.#settings);
      if (decision.action === 'identify') return { auth: newAuth(decision.identity, true) };
      if (decision.action !== 'continue') connection.handshake?.end('interrupted');
      if (decision.action === 'pass') return { auth: undefined };
      connection.identity = undefined;
      // Something before took its time, and nothing would end a handshake: the event 'close' is over.
      if (exchange.request.socket.destroyed) return Promise.resolve(undefined);
      const work = this.#act(decision, exchange, connection);
      return work.catch((error) => this.#fail(exchange, connection, error));
    } catch (error) {
      return this.#fail(exchange, connection, error);
    }
  }

  /** Ends every handshake, and closes the credentials that were acquired here. */
  close(): void {
    for (const handshake of this.#handshakes) handshake.end('shutdown');
    this.#contexts.close();
  }

  /** Nothing but the socket identifies a connection. HTTP/2 has one for many requests at a time: it has no state. */
  #connectionOf(request: IncomingMessage): Connection {
    if (isHttp2(request)) return { handshake: undefined, identity: undefined };
    const known = this.#connections.get(request.socket);
    if (known !== undefined) return known;
    const connection = { handshake: undefined, identity: undefined };
    this.#connections.set(request.socket, connection);
    return connection;
  }

  async #act(
    decision: Exclude<Decision, { action: 'pass' | 'identify' }>,
    exchange: Exchange,
    connection: Connection,
  ): Promise<Pass | undefined> {
    switch (decision.action) {
      case 'begin': {
        const handshake = this.#begin(exchange.request, connection, decision.scheme);
        if (handshake === undefined)
          return this.#refuse(exchange, TOO_MANY_HANDSHAKES, decision.scheme);
        return this.#leg(exchange, connection, handshake, decision.token);
      }
      case 'continue':
        return this.#leg(exchange, connection, decision.handshake, decision.token);
      case 'refuse':
        return this.#refuse(exchange, decision.refusal);
      case 'refuse-http2':
        this.#report(exchange.request.socket, { type: 'http2' });
        return void exchange.refuseHttp2();
    }
  }

  /** @returns undefined if there are too many */
  #begin(
    { socket }: IncomingMessage,
    connection: Connection,
    scheme: Scheme,
  ): Handshake | undefined {
    const free = this.#slots.take(socket.remoteAddress ?? '');
    if (free === undefined) return undefined;
    const onEnd = (end: HandshakeEnd) => {
      this.#handshakes.delete(handshake);
      connection.handshake = undefined;
      // No request waits that would report it.
      if (end === 'timeout' && !handshake.isBusy)
        this.#report(socket, { ...TIMEOUT_EVENT, scheme });
    };
    const { handshakeTimeout } = this.#settings.limits;
    const listeners = { onEnd, onSettled: free };
    const handshake = new Handshake(scheme, socket, handshakeTimeout, listeners);
    this.#handshakes.add(handshake);
    connection.handshake = handshake;
    return handshake;
  }

  async #leg(
    exchange: Exchange,
    connection: Connection,
    handshake: Handshake,
    token: Uint8Array,
  ): Promise<Pass | undefined> {
    const create = () => this.#contexts.create(exchange.request);
    const result = await runLeg(exchange, handshake, { token, create, settings: this.#settings });
    const { scheme } = handshake;
    switch (result.kind) {
      case 'disconnected':
        return undefined;
      case 'continues':
        return this.#answer(exchange, {
          status: 401,
          challenges: [result.challenge],
          close: false,
        });
      case 'refused':
        return this.#refuse(exchange, result.refusal, scheme);
      case 'complete':
        connection.identity = result.persists ? result.identity : undefined;
        this.#report(exchange.request.socket, { type: 'authenticated', scheme, auth: result.auth });
        return { auth: result.auth };
    }
  }

  /** A function of the options failed: the connection has no user then. */
  #fail(exchange: Exchange, connection: Connection, error: unknown): Promise<undefined> {
    connection.handshake?.end('failed');
    connection.identity = undefined;
    return this.#refuse(exchange, refusalOf(new ServerFailure('failed', error)));
  }

  async #refuse(exchange: Exchange, refusal: Refusal, scheme?: Scheme): Promise<undefined> {
    const { request } = exchange;
    const { status, event } = refusal;
    const { schemesFor, limits } = this.#settings;
    if (event !== undefined) {
      this.#report(request.socket, scheme === undefined ? event : { ...event, scheme });
    }
    const close = refusal.close || exchange.isUpgrade || !(await dropBody(request, limits));
    const challenges = refusal.challenges ? schemesFor(request) : [];
    // 401 requires a challenge (RFC 9110 15.5.2).
    const isForbidden = status === 401 && challenges.length === 0;
    this.#answer(exchange, {
      status: isForbidden ? 403 : status,
      challenges,
      close,
      text: refusal.text,
    });
  }

  #answer(exchange: Exchange, answer: Answer): undefined {
    try {
      exchange.answer(answer);
    } catch (error) {
      this.#report(exchange.request.socket, { type: 'failed', error });
      exchange.destroy();
    }
  }

  #report(socket: Socket, event: EventDetails): void {
    const { onEvent } = this.#settings;
    try {
      ignoreRejection(onEvent({ ...event, remoteAddress: socket.remoteAddress }));
    } catch {
      // A log that fails decides nothing.
    }
  }
}
