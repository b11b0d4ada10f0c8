import type { IncomingMessage } from 'node:http';

/**
 * Whether a request is a preflight request of CORS, which has no credentials (Fetch 3.2.2): for the option `skip` of an
 * application that answers them itself. A request for which this is true reaches the handlers without a user, and any
 * client can send one: nothing may depend on it. Where middleware answers preflights, such as `cors()`, mount it before
 * `negotiate()` instead.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { isPreflight, negotiate } from 'tokenbinding/http-auth';
 *
 * const authenticate = negotiate({ accounts: () => undefined, skip: isPreflight });
 * const server = createServer((request, response) => {
 *   authenticate(request, response, () => {
 *     if (!isPreflight(request)) return response.end(`Hello ${request.auth?.name}`);
 *     response.setHeader('Access-Control-Allow-Origin', 'https://www.example.com');
 *     response.setHeader('Access-Control-Allow-Credentials', 'true');
 *     response.writeHead(204).end();
 *   });
 * });
 * server.close();
 * authenticate.close();
 */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  if (method !== 'OPTIONS' || headers.authorization !== undefined) return false;
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
