import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { createDispatcher } from '../../connection/dispatcher.js';
import type { Destination } from '../../connection/hooks.js';
import { PreparedHttpAgent, PreparedHttpsAgent } from '../../connection/http-agents.js';
import {
  type FetchDispatcher,
  fetchAgentClass,
  type UndiciAgentClass,
} from '../../connection/undici.js';
import { type ClientSettings, checkClientOptions, type ProxySettings } from './check-options.js';
import { AuthenticatedConnections, type ProxyLogon } from './connections.js';
import { closedError } from './failure.js';
import { Logon } from './logon.js';
import type { ClientOptions } from './options.js';
import { ORIGIN, PROXY } from './peer.js';

/** Agents whose connections are authenticated before a request gets them. They have their own connections. */
export interface AuthenticatedAgents<D = FetchDispatcher> extends Disposable {
  /** For http: in `node:http` and in everything that takes an agent of it, such as axios, got and node-fetch. */
  readonly httpAgent: HttpAgent;
  /** For https:, likewise. */
  readonly httpsAgent: HttpsAgent;
  /**
   * For `fetch` and undici, as the option `dispatcher`. By default for the `fetch` of Node. Made at the first use.
   *
   * @throws Error without the option `undici`, if another dispatcher replaced the global one of `fetch`
   */
  readonly dispatcher: D;
  /**
   * Closes all connections and the credentials. Requests in progress fail with ERR_HTTP_AUTH_CLOSED, and so do later
   * ones. A program ends without it.
   */
  close(): void;
}

/**
 * Makes agents that authenticate with Negotiate or NTLM (RFC 4559, MS-NTHT). The whole handshake runs in requests
 * without a body on each new connection, before a request gets it: no body is sent for a logon. The credentials are
 * acquired at the first connection.
 *
 * After a 401 on an authenticated connection the dispatcher logs on again over a new connection, and sends the request
 * there once more, if it has no body, or a string or bytes of at most 1 MiB. For other requests the caller gets the 401,
 * and always from `httpAgent` and `httpsAgent`: agents of Node do not have the request.
 *
 * After a server rejected a password, no other connection of these agents to that origin sends it: requests fail
 * with the same error. The request that a caller repeats by itself does not lock the account. Requests fail likewise
 * after the server neither accepted nor rejected the password twice in a row, for example because it closed the
 * connections.
 *
 * @throws TypeError, RangeError for a wrong option. The error never contains its value
 * @throws SspiError SEC_E_SECPKG_NOT_FOUND; errors of openSspi() and of `tls.createSecureContext()`
 *
 * @example
 * import { createServer, get } from 'node:http';
 * import { authenticatedAgents } from 'tokenbinding/http-auth';
 * import { openSspi } from 'tokenbinding/sspi';
 *
 * // A server that requires no authentication, so that this example runs anywhere.
 * const server = createServer((request, response) => response.end('hello'));
 * await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
 * const origin = `http://127.0.0.1:${server.address().port}`;
 *
 * const agents = authenticatedAgents({
 *   origins: [origin],
 *   sspi: openSspi({ provider: 'portable' }),
 *   identity: { user: 'EXAMPLE\\alice', password: 'correct horse' },
 * });
 * // With axios: axios.get(url, agents). With fetch:
 * const response = await fetch(origin, { dispatcher: agents.dispatcher });
 * console.log(await response.text()); // hello
 * // With node:http:
 * await new Promise((resolve) => {
 *   get(origin, { agent: agents.httpAgent }, (answer) => answer.resume().on('end', resolve));
 * });
 * agents.close();
 * server.close();
 * server.closeAllConnections();
 */
export function authenticatedAgents<D = FetchDispatcher>(
  options: ClientOptions<D>,
): AuthenticatedAgents<D> {
  return new Agents(checkClientOptions(options));
}

class Agents<D> implements AuthenticatedAgents<D> {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly #options: ClientSettings;
  readonly #connections: AuthenticatedConnections;
  readonly #controller = new AbortController();
  #dispatcher: D | undefined;

  constructor(options: ClientSettings) {
    const { maxSockets, signal, tls } = options;
    this.#options = options;
    this.#connections = connectionsOf(options, this.#controller.signal);
    this.httpAgent = new PreparedHttpAgent(this.#connections, { maxSockets });
    this.httpsAgent = new PreparedHttpsAgent(this.#connections, { maxSockets, ...tls });
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  get dispatcher(): D {
    this.#dispatcher ??= this.#createDispatcher();
    return this.#dispatcher;
  }

  close(): void {
    this.#close(undefined);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #createDispatcher(): D {
    const { Agent = fetchAgentClass(), maxSockets: connections, tls } = this.#options;
    const own = { Agent: Agent as UndiciAgentClass<D>, connections, tls };
    return createDispatcher(this.#connections, own);
  }

  readonly #onAbort = (): void => this.#close(this.#options.signal?.reason);

  #close(cause: unknown): void {
    const { signal, source, proxy } = this.#options;
    signal?.removeEventListener('abort', this.#onAbort);
    this.#controller.abort(closedError('the agents are closed', { cause }));
    source.close();
    proxy?.source?.close();
  }
}

function connectionsOf(options: ClientSettings, signal: AbortSignal): AuthenticatedConnections {
  const { origins, proxy, authenticate, channelBindings, problemOfOpen } = options;
  const { probe, timeout, onEvent } = options;
  return new AuthenticatedConnections({
    logons: new Map(origins.map((origin) => [origin.origin, logonToOrigin(options, origin)])),
    proxy: proxy === undefined ? undefined : logonToProxy(options, proxy),
    authenticate,
    channelBindings,
    problemOfOpen,
    probe,
    timeout,
    signal,
    onEvent,
  });
}

function logonToOrigin(options: ClientSettings, destination: Destination): Logon {
  const { source, flags, authenticate, channelBindings, onEvent } = options;
  return new Logon({
    peer: ORIGIN,
    origin: destination.origin,
    source,
    target: () => options.target(destination),
    flags,
    authenticate,
    omitsBindings: channelBindings === 'omit' && destination.protocol === 'https:',
    onEvent,
  });
}

function logonToProxy({ onEvent }: ClientSettings, proxy: ProxySettings): ProxyLogon {
  const { destination, source, target } = proxy;
  const logon = new Logon({
    peer: PROXY,
    origin: destination.origin,
    source,
    target: () => target,
    // Nothing is signed or encrypted with the keys of a context with a proxy.
    flags: [],
    authenticate: 'connection',
    omitsBindings: false,
    onEvent,
  });
  return { destination, logon };
}
