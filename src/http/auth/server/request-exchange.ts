import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { type Answer, answerRequest } from '../../server/answer.js';
import type { Exchange } from './exchange.js';
import { addFinalFields } from './final-fields.js';
import { refuseHttp2 } from './http2.js';
import type { HttpAuth } from './identity.js';
import { keepFields } from './kept-fields.js';
import type { NegotiateOptions } from './options.js';

/** A request that is no upgrade, and its response. A class, because each request has one: closures take longer. */
export class RequestExchange implements Exchange {
  readonly request: IncomingMessage;
  readonly isUpgrade = false;
  readonly #response: ServerResponse;
  readonly #onAuthenticated: NegotiateOptions['onAuthenticated'];
  /** Takes the fields back that {@link complete} added. */
  #withdraw: (() => void) | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    onAuthenticated: NegotiateOptions['onAuthenticated'],
  ) {
    this.request = request;
    this.#response = response;
    this.#onAuthenticated = onAuthenticated;
  }

  answer(answer: Answer): void {
    this.#withdraw?.();
    answerRequest(this.#response, answer);
  }

  destroy(): void {
    this.#response.destroy();
  }

  refuseHttp2(): void {
    refuseHttp2(this.#response as ServerResponse & Http2ServerResponse);
  }

  complete(auth: HttpAuth, fields: readonly (readonly [string, string])[]): void | Promise<void> {
    const withdrawFields = addFinalFields(this.#response, fields);
    this.#withdraw = withdrawFields;
    const onAuthenticated = this.#onAuthenticated;
    if (onAuthenticated === undefined) return;
    const restoreFields = keepFields(this.#response);
    // A cookie of a session must not go out if it fails, or is late.
    this.#withdraw = () => {
      withdrawFields();
      restoreFields();
    };
    return onAuthenticated(this.request, this.#response, auth);
  }
}
