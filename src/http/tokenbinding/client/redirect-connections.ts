import type { ConnectionHooks, Fields, NewConnection } from '../../connection/hooks.js';
import type { BoundConnections } from './bound-connections.js';
import type { Referred } from './check-options.js';

/** A redirect with a referred binding. */
export interface ReferredRedirect {
  /** The origin that it leads to. */
  readonly origin: string;
  readonly referred: Referred;
}

/**
 * The connections of the request that a redirect causes, and of those after it: each request has its own. Only the
 * first one has the referred binding, and only if it goes where the redirect leads (RFC 8473 5.3).
 */
export class RedirectConnections implements ConnectionHooks {
  readonly isForwardProxy = false;
  readonly isForOneRequest = true;
  readonly ownFields: readonly string[];
  readonly timeout: number;
  /** Its own one, never aborted: listeners on the signal of the agents would stay for each redirect. */
  readonly signal: AbortSignal = new AbortController().signal;
  readonly connect = undefined;
  readonly onAnswer = undefined;
  readonly connectSignal: AbortSignal;
  readonly #connections: BoundConnections;
  readonly #redirect: ReferredRedirect;
  #isUsed = false;

  constructor(connections: BoundConnections, redirect: ReferredRedirect) {
    this.#connections = connections;
    this.#redirect = redirect;
    this.ownFields = connections.ownFields;
    this.timeout = connections.timeout;
    this.connectSignal = connections.signal;
  }

  checkDestination(): void {
    this.#connections.checkDestination();
  }

  async prepare(connection: NewConnection): Promise<Fields | undefined> {
    // The agents may be closed since.
    this.checkDestination();
    this.#connections.closeWithAgents(connection.socket);
    const { origin, referred } = this.#redirect;
    const isFirst = !this.#isUsed;
    this.#isUsed = true;
    const isReferred = isFirst && connection.destination.origin === origin;
    return this.#connections.bind(connection, isReferred ? referred : undefined);
  }

  timeoutError(destination: NewConnection['destination']): Error {
    return this.#connections.timeoutError(destination);
  }
}
