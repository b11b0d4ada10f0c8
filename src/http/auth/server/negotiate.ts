import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { invalidArgType } from '../../../bytes/check.js';
import type { AnyRequest, AnyResponse } from '../../server/frameworks.js';
import { checkCaller, checkFactoryCall } from './check-framework.js';
import { Gate } from './gate.js';
import type { HttpAuth } from './identity.js';
import type { NegotiateOptions } from './options.js';

/** What the middleware of every framework also has. */
export interface Negotiator extends Disposable {
  /**
   * Authenticates an upgrade to another protocol, such as a WebSocket, for the event 'upgrade' of a server. It passes if
   * an earlier request authenticated its connection, or with one token that completes the logon: the last one of a
   * handshake, or the only one (Kerberos without mutual authentication). Otherwise the answer is 400, 401, 403, 500 or
   * 503, and the socket is closed. The options `skip` and `onAuthenticated` do not count here.
   *
   * @returns the user; undefined if it was answered
   */
  upgrade(request: IncomingMessage, socket: Duplex): Promise<HttpAuth | undefined>;
  /**
   * Ends all handshakes, and closes the credentials if they were acquired from `accounts`. Later handshakes get 503.
   * Connections that are authenticated stay so: close the server.
   */
  close(): void;
}

/** The middleware of {@link negotiate}, for Connect, Express 4 and 5, and `node:http`. */
export interface NegotiateMiddleware extends Negotiator {
  /**
   * Calls `next` once if the user is authenticated or the option `skip` lets the request pass, and otherwise answers.
   * It always sets `request.auth`: undefined with `skip`. If it is mounted twice, it authenticates a request once, and
   * asks `skip` at each mount until there is a user.
   *
   * @throws TypeError if Koa or Fastify calls it, or if `next` is not a function
   */
  (request: AnyRequest, response: AnyResponse, next: () => void): void;
}

/**
 * Authenticates the users of an HTTP server with Negotiate and NTLM (RFC 4559, MS-NTHT). Each request that passes has
 * its user in `request.auth`, which is undefined if the option `skip` let it pass.
 *
 * The user belongs to the connection, never to an address or a field of a request. A request without credentials gets
 * 401, and so does one whose credentials are refused; a malformed one gets 400; if the provider or the accounts are not
 * available, or there are too many handshakes, 503; if a function of the options throws, 500. Every failure is an event
 * for `onEvent`, with the SspiError.
 *
 * On TLS clients must send the channel bindings of the connection, unless `channelBindingPolicy` allows others. Without
 * TLS set `targets`: else a logon can be relayed from another server. Node closes idle connections after 5 seconds
 * (`server.keepAliveTimeout`): a client then authenticates again.
 *
 * A preflight request of CORS, which has no credentials, gets 401 too: mount `cors()` before, or see
 * {@link isPreflight}.
 *
 * HTTP/2 has no authentication of connections: its requests are told to use HTTP/1.1 (HTTP_1_1_REQUIRED). Offer it with
 * `allowHTTP1: true`.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws SspiError as `openSspi`
 *
 * @example
 * import { once } from 'node:events';
 * import { createServer } from 'node:http';
 * import { negotiate } from 'tokenbinding/http-auth';
 *
 * const authenticate = negotiate({
 *   accounts: ({ domain, user }) =>
 *     domain === 'EXAMPLE' && user === 'alice' ? { password: 'correct horse' } : undefined,
 *   targets: ['HTTP/localhost'],
 *   onEvent: ({ type, error, advice }) => console.error(type, error ?? '', advice ?? ''),
 * });
 * const server = createServer((request, response) => {
 *   authenticate(request, response, () => response.end(`Hello ${request.auth?.name}`));
 * });
 * server.listen(0, 'localhost');
 * await once(server, 'listening');
 *
 * const { status, headers } = await fetch(`http://localhost:${server.address().port}/`);
 * console.log(status, headers.get('www-authenticate')); // 401 Negotiate, NTLM
 * server.close();
 * authenticate.close();
 */
export function negotiate(options: NegotiateOptions): NegotiateMiddleware {
  checkFactoryCall('Express', options);
  const gate = new Gate(options);
  const middleware = (request: AnyRequest, response: AnyResponse, next: () => void): void => {
    checkCaller('Express', request);
    if (typeof next !== 'function') throw invalidArgType('next', 'a function');
    const passes = gate.pass(request, response);
    if (passes === true) next();
    else passes.then((isPassed) => isPassed && next());
  };
  return Object.assign(middleware, negotiatorOf(gate));
}

/** The calls that do not depend on the framework. */
export function negotiatorOf(gate: Gate): Negotiator {
  return {
    upgrade: (request, socket) => gate.upgrade(request, socket),
    close: () => gate.close(),
    [Symbol.dispose]: () => gate.close(),
  };
}
