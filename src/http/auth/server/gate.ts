import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import { answerRequest, answerUpgrade } from './answer.js';
import { Authenticator } from './authenticator.js';
import type { Exchange } from './exchange.js';
import { addFinalFields } from './final-fields.js';
import { refuseHttp2 } from './http2.js';
import type { HttpAuth } from './identity.js';
import type { NegotiateOptions } from './options.js';
import { checkNegotiateOptions, type Settings } from './settings.js';

/** A request of any version of HTTP. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;
/** A response of any version of HTTP. */
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** The value is false until the request passes. */
type MarkedRequest = IncomingMessage & { [mark: symbol]: boolean | undefined };

/** Lets requests of authenticated users pass. Every framework uses it. */
export class Gate {
  readonly #settings: Settings;
  readonly #authenticator: Authenticator;
  /** The property of a request that tells whether it passed. A WeakMap would take most of the time of a request. */
  readonly #mark: symbol = Symbol('negotiate');

  constructor(options: NegotiateOptions) {
    this.#settings = checkNegotiateOptions(options);
    this.#authenticator = new Authenticator(this.#settings);
  }

  /** Whether the request may go on; otherwise it is answered. Once for each request, however often this is called. */
  pass(request: AnyRequest, response: AnyResponse): true | Promise<boolean> {
    // A request of HTTP/2 has the same properties.
    const own = request as MarkedRequest;
    const known = own[this.#mark];
    if (known !== undefined) return known || Promise.resolve(false);
    const result = this.#authenticator.authenticate(
      this.#exchangeOf(own, response as ServerResponse),
    );
    if (!(result instanceof Promise)) return this.#admit(own, result.auth);
    own[this.#mark] = false;
    return result.then((pass) => {
      // The application may have answered in onAuthenticated.
      if (pass === undefined || response.headersSent) return false;
      return this.#admit(own, pass.auth);
    });
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
    if (pass === undefined) return undefined;
    socket.off('error', ignore);
    request.auth = pass.auth;
    return pass.auth;
  }

  close(): void {
    this.#authenticator.close();
  }

  #exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
    const { onAuthenticated } = this.#settings;
    return {
      request,
      isUpgrade: false,
      answer: (answer) => answerRequest(response, answer),
      destroy: () => response.destroy(),
      refuseHttp2: () => refuseHttp2(response as ServerResponse & Http2ServerResponse),
      complete: (auth, fields) => {
        addFinalFields(response, fields);
        return onAuthenticated?.(request, response, auth);
      },
    };
  }

  #admit(request: MarkedRequest, auth: HttpAuth | undefined): true {
    request[this.#mark] = true;
    if (auth !== undefined) request.auth = auth;
    return true;
  }
}
