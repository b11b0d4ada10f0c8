import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerUpgrade } from '../../server/answer.js';
import type { AnyRequest, AnyResponse } from '../../server/frameworks.js';
import { Authenticator } from './authenticator.js';
import type { HttpAuth } from './identity.js';
import type { NegotiateOptions } from './options.js';
import { RequestExchange } from './request-exchange.js';
import { checkNegotiateOptions, type Settings } from './settings.js';

/** The mark is true if a user was authenticated. */
type MarkedRequest = IncomingMessage & { [mark: symbol]: true | Promise<boolean> | undefined };

/** Lets requests of authenticated users pass. Every framework uses it. */
export class Gate {
  readonly #settings: Settings;
  readonly #authenticator: Authenticator;
  /** The property of a request with its result. A WeakMap would take most of the time of a request. */
  readonly #mark: symbol = Symbol('negotiate');

  constructor(options: NegotiateOptions) {
    this.#settings = checkNegotiateOptions(options);
    this.#authenticator = new Authenticator(this.#settings);
  }

  /**
   * Whether the request may go on; otherwise it is answered. A user is authenticated once for each request, however
   * often this is called. Only `skip` is asked again: a router may have changed what it looks at.
   */
  pass(request: AnyRequest, response: AnyResponse): true | Promise<boolean> {
    // A request of HTTP/2 has the same properties.
    const own = request as MarkedRequest;
    const known = own[this.#mark];
    if (known !== undefined) return known;
    // Nothing of an earlier middleware may look like a user of this one.
    own.auth = undefined;
    const { onAuthenticated } = this.#settings;
    const exchange = new RequestExchange(own, response as ServerResponse, onAuthenticated);
    const result = this.#authenticator.authenticate(exchange);
    if (!(result instanceof Promise)) {
      if (result.auth !== undefined) own[this.#mark] = true;
      own.auth = result.auth;
      return true;
    }
    const passes = result.then((pass) => {
      // The application may have answered in onAuthenticated.
      if (pass === undefined || response.headersSent) return false;
      own.auth = pass.auth;
      return true;
    });
    own[this.#mark] = passes;
    return passes;
  }

  /** The user of an upgrade; undefined if it was answered and its socket closed. */
  async upgrade(request: IncomingMessage, socket: Duplex): Promise<HttpAuth | undefined> {
    // Node handed the socket over without a listener, and an error without one would end the process.
    const ignore = () => {};
    socket.on('error', ignore);
    const pass = await this.#authenticator.authenticate({
      request,
      isUpgrade: true,
      answer: (answer) => answerUpgrade(socket, answer),
      destroy: () => socket.destroy(),
      refuseHttp2: () => socket.destroy(),
      complete: () => {},
    });
    request.auth = pass?.auth;
    if (pass !== undefined) socket.off('error', ignore);
    return pass?.auth;
  }

  close(): void {
    this.#authenticator.close();
  }
}
