import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { invalidArgType } from '../../../bytes/check.js';
import type { AnyRequest, AnyResponse } from '../../server/frameworks.js';
import { checkCaller, checkFactoryCall } from './check-framework.js';
import { Gate } from './gate.js';
import type { TokenBindingOptions } from './options.js';

/** What the middleware of every framework also has. */
export interface UpgradeVerifier {
  /**
   * Verifies the request of an upgrade, such as of a WebSocket, or of CONNECT, for the events 'upgrade' and 'connect' of a
   * server: Node passes them by every middleware. It sets `request.tokenBinding`.
   *
   * @param socket the socket of the event. The keying material is that of `request.socket`
   * @returns true if the request may go on; false if it was answered and the socket closed
   */
  verifyUpgrade(request: IncomingMessage, socket: Duplex): Promise<boolean>;
}

/** The middleware of {@link tokenBinding}, for Connect, Express 4 and 5, `node:https` and `node:http2`. */
export interface TokenBindingMiddleware extends UpgradeVerifier {
  /**
   * Calls `next` once, without an argument, if the request passes, and otherwise answers. It always sets
   * `request.tokenBinding`.
   *
   * @throws TypeError if Koa or Fastify calls it, or if `next` is not a function
   */
  (request: AnyRequest, response: AnyResponse, next: () => void): void;
}

/**
 * Verifies the Token Bindings of requests (RFC 8473): the field Sec-Token-Binding must prove keys for the TLS connection
 * that the request came on. A request that passes has them in `request.tokenBinding`, which is **undefined if it has no
 * such field**. So compare `request.tokenBinding?.provided.identifier` with the key that a cookie or token is bound to,
 * and reject the token if they differ. With `required: true` each request must have the field.
 *
 * Other requests are answered with the status of the {@link HttpTokenBindingError}, and do not reach `next`: 400, 431 if
 * the field is too long, and 500 if a function of the options fails. The option `onRejected` can choose another status.
 *
 * A message that was valid is not verified again on the same connection. A connection keeps at most four. Behind a
 * reverse proxy that terminates TLS each message is rejected, unless the option `reverseProxies` names the proxy.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError as `open`
 *
 * @example
 * import { once } from 'node:events';
 * import { readFileSync } from 'node:fs';
 * import { createServer, request } from 'node:https';
 * import { tokenBinding } from 'tokenbinding/http';
 * import { tokenBindingHash } from 'tokenbinding/wire';
 *
 * const [key, cert] = [readFileSync('key.pem'), readFileSync('cert.pem')];
 * const bind = tokenBinding({ required: true });
 * const server = createServer({ key, cert, minVersion: 'TLSv1.3' }, (request, response) => {
 *   bind(request, response, () => {
 *     response.end(tokenBindingHash(request.tokenBinding.provided.identifier));
 *   });
 * });
 * server.listen(0, 'localhost');
 * await once(server, 'listening');
 *
 * // A client that sends no Token Binding:
 * const { port } = server.address();
 * const [response] = await once(request({ host: 'localhost', port, ca: cert }).end(), 'response');
 * console.log(response.statusCode); // 400
 * response.resume();
 * server.close();
 * server.closeAllConnections();
 */
export function tokenBinding(options: TokenBindingOptions = {}): TokenBindingMiddleware {
  checkFactoryCall('Express', options);
  const gate = new Gate(options);
  const middleware = (request: AnyRequest, response: AnyResponse, next: () => void): void => {
    checkCaller('Express', request);
    if (typeof next !== 'function') throw invalidArgType('next', 'a function');
    const passes = gate.pass(request, response);
    if (passes === true) next();
    else if (passes !== false) passes.then((isPassed) => isPassed && next());
  };
  return Object.assign(middleware, upgradeVerifierOf(gate));
}

/** The calls that do not depend on the framework. */
export function upgradeVerifierOf(gate: Gate): UpgradeVerifier {
  return { verifyUpgrade: (request, socket) => gate.passUpgrade(request, socket) };
}
