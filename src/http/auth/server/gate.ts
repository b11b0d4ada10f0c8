import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import { answerRequest, answerUpgrade } from './answer.js';
import { Authenticator } from './authenticator.js';
import { isExempt } from './decide.js';
import type { Exchange } from './exchange.js';
import { addFinalFields } from './final-fields.js';
import type { HttpAuth } from './identity.js';
import type { NegotiateOptions } from './options.js';
import { ServerFailure } from './refusal.js';
import { checkNegotiateOptions, type Settings } from './settings.js';

/** A request of any version of HTTP. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;
/** A response of any version of HTTP. */
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** Lets requests of authenticated users pass. Every framework uses it. */
export class Gate {
  readonly #settings: Settings;
  readonly #authenticator: Authenticator;
  /** Whether a request passed; false while that is open. */
  readonly #requests = new WeakMap<AnyRequest, boolean>();

  constructor(options: NegotiateOptions) {
    this.#settings = checkNegotiateOptions(options);
    this.#authenticator = new Authenticator(this.#settings);
  }

  /** Whether the request may go on, and otherwise answers it. Once for each request, however often it is called. */
  pass(request: AnyRequest, response: AnyResponse): true | Promise<boolean> {
    const known = this.#requests.get(request);
    if (known !== undefined) return known || Promise.resolve(false);
    // A request of HTTP/2 has the same properties.
    const exchange = this.#exchangeOf(request as IncomingMessage, response as ServerResponse);
    const exemption = this.#checkExemption(exchange);
    if (exemption !== false) return exemption;
    const auth = this.#authenticator.authenticate(exchange);
    if (!(auth instanceof Promise)) return this.#admit(exchange.request, auth);
    this.#requests.set(request, false);
    return this.#settle(exchange, auth, response);
  }

  /** The user of an upgrade; undefined if it was answered and its socket closed. */
  async upgrade(request: IncomingMessage, socket: Duplex): Promise<HttpAuth | undefined> {
    // Node handed the socket over without a listener, and an error without one would end the process.
    const ignore = () => {};
    socket.on('error', ignore);
    const exchange: Exchange = {
      request,
      canContinue: false,
      answer: (answer) => answerUpgrade(socket, answer),
      refuseHttp2: () => socket.destroy(),
      complete: () => {},
    };
    const auth = await this.#authenticateSafely(exchange);
    if (auth === undefined) return undefined;
    socket.off('error', ignore);
    request.auth = auth;
    return auth;
  }

  close(): void {
    this.#authenticator.close();
  }

  #exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
    const { onAuthenticated } = this.#settings;
    return {
      request,
      canContinue: true,
      answer: (answer) => answerRequest(response, answer),
      refuseHttp2: () => refuseHttp2(response),
      complete: (auth, fields) => {
        addFinalFields(response, fields);
        return onAuthenticated?.(request, response, auth);
      },
    };
  }

  /** @returns false for a request that needs authentication */
  #checkExemption(exchange: Exchange): boolean | Promise<boolean> {
    try {
      if (!isExempt(exchange.request, this.#settings)) return false;
    } catch (error) {
      return this.#authenticator
        .fail(exchange, new ServerFailure('failed', error))
        .then(() => false);
    }
    this.#authenticator.interrupt(exchange.request);
    return true;
  }

  async #settle(
    exchange: Exchange,
    work: Promise<HttpAuth | undefined>,
    response: AnyResponse,
  ): Promise<boolean> {
    const auth = await work.catch((error) =>
      this.#authenticator.fail(exchange, new ServerFailure('failed', error)),
    );
    // The application may have answered in onAuthenticated.
    if (auth === undefined || response.headersSent) return false;
    return this.#admit(exchange.request, auth);
  }

  #admit(request: IncomingMessage, auth: HttpAuth): true {
    this.#requests.set(request, true);
    request.auth = auth;
    return true;
  }

  async #authenticateSafely(exchange: Exchange): Promise<HttpAuth | undefined> {
    try {
      return await this.#authenticator.authenticate(exchange);
    } catch (error) {
      return this.#authenticator.fail(exchange, new ServerFailure('failed', error));
    }
  }
}

/** RFC 9113 7: the client sends the request again with HTTP/1.1. */
function refuseHttp2(response: ServerResponse | Http2ServerResponse): void {
  const { stream } = response as Http2ServerResponse;
  stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED);
}
