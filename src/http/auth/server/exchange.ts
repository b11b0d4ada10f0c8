import type { IncomingMessage } from 'node:http';
import type { Answer } from '../../server/answer.js';
import type { HttpAuth } from './identity.js';

/** A request, and what can be done with it. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** Whether it asks for another protocol: then no other request of HTTP follows on its connection. */
  readonly isUpgrade: boolean;
  /**
   * Answers a request that does not pass.
   *
   * @throws what a function of the application throws that hooks the head of the answer
   */
  answer(answer: Answer): void;
  /** Closes the connection instead of an answer. */
  destroy(): void;
  /** Tells a request of HTTP/2 to come back with HTTP/1.1. */
  refuseHttp2(): void;
  /** Called when the user is authenticated, before the request passes. */
  complete(auth: HttpAuth, fields: readonly (readonly [string, string])[]): void | Promise<void>;
}
