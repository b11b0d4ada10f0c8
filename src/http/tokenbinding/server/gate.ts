import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerRequest, answerUpgrade } from '../../server/answer.js';
import type { AnyRequest, AnyResponse } from '../../server/frameworks.js';
import { HttpTokenBindingError } from '../error.js';
import { checkRequest } from './check-request.js';
import type { TokenBindingOptions } from './options.js';
import { chooseStatus } from './rejection.js';
import { checkTokenBindingOptions, type Settings } from './settings.js';

/** Lets requests pass whose messages are valid. Every framework uses it. */
export class Gate {
  readonly #settings: Settings;

  constructor(options: TokenBindingOptions) {
    this.#settings = checkTokenBindingOptions(options);
  }

  /** Whether the request may go on; otherwise it is answered. There is no promise if the verdict is known. */
  pass(request: AnyRequest, response: AnyResponse): boolean | Promise<boolean> {
    // A request and a response of HTTP/2 have the same properties.
    const [own, answer] = [request as IncomingMessage, response as ServerResponse];
    // Nothing of an earlier middleware may look like a result of this one.
    own.tokenBinding = undefined;
    try {
      const bindings = checkRequest(request, this.#settings);
      if (bindings instanceof Promise) return this.#wait(bindings, own, answer);
      own.tokenBinding = bindings;
      return true;
    } catch (error) {
      return this.#refuse(error, own, answer);
    }
  }

  /** {@link pass} for an upgrade: otherwise it is answered and its socket closed. */
  async passUpgrade(request: IncomingMessage, socket: Duplex): Promise<boolean> {
    // Node handed the socket over without a listener, and an error without one would end the process.
    const ignore = () => {};
    socket.on('error', ignore);
    request.tokenBinding = undefined;
    try {
      request.tokenBinding = await checkRequest(request, this.#settings);
    } catch (error) {
      const status = chooseStatus(toHttpError(error), request, undefined, this.#settings);
      answerUpgrade(socket, { status, challenges: [], close: true });
      return false;
    }
    socket.off('error', ignore);
    return !socket.destroyed;
  }

  async #wait(
    bindings: Promise<IncomingMessage['tokenBinding']>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    try {
      request.tokenBinding = await bindings;
      // The application may have answered meanwhile, for instance after a timeout.
      return !response.headersSent;
    } catch (error) {
      return this.#refuse(error, request, response);
    }
  }

  #refuse(error: unknown, request: IncomingMessage, response: ServerResponse): false {
    const rejection = toHttpError(error);
    const status = chooseStatus(rejection, request, response, this.#settings);
    if (response.headersSent) return false;
    // What failed inside the server is nothing for a client.
    const text = rejection.code === 'ERR_HTTP_TB_FAILED' ? undefined : rejection.message;
    answerRequest(response, { status, challenges: [], close: false, text });
    return false;
  }
}

function toHttpError(error: unknown): HttpTokenBindingError {
  if (error instanceof HttpTokenBindingError) return error;
  return new HttpTokenBindingError('ERR_HTTP_TB_FAILED', 'the request cannot be checked', {
    cause: error,
  });
}
