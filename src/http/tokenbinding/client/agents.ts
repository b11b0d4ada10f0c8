import type { Agent as HttpsAgent } from 'node:https';
import type { FetchDispatcher } from '../../connection/undici.js';
import { AgentPair } from './agent-pair.js';
import { BoundConnections } from './bound-connections.js';
import { type ClientSettings, checkBoundAgentsOptions } from './check-options.js';
import type { BoundAgentsOptions } from './options.js';
import { RedirectConnections } from './redirect-connections.js';
import { parseRedirect, type RedirectResponse } from './redirect-response.js';

/** Agents whose requests have the field Sec-Token-Binding. They have their own connections. */
export interface BoundAgents<D = FetchDispatcher> extends Disposable {
  /** For https: in `node:https` and in everything that takes an agent of it, such as axios, got and ws. */
  readonly httpsAgent: HttpsAgent;
  /**
   * For `fetch` and undici, as the option `dispatcher`. By default for the `fetch` of Node. Made at the first use.
   * Requests to http: have no Token Binding.
   *
   * @throws Error without the option `undici`, if another dispatcher replaced the global one of `fetch`
   */
  readonly dispatcher: D;
  /**
   * Where a redirect leads, and the agents for that request. A client that follows redirects by itself sends no
   * referred binding.
   *
   * If the response has `Include-Referred-Token-Binding-ID: true`, the next request also proves the key of the server
   * that sent the redirect (RFC 8473 5.3): its first request only, and only with https: and to the origin that the
   * redirect leads to. The field counts only if these agents have proven a key to that server. Nothing of it is kept.
   *
   * @param response of a request that these agents or those of a redirect sent
   * @returns undefined if the response is no redirect to an http: or https: URL
   * @throws TypeError, RangeError for another argument
   */
  readRedirect(response: RedirectResponse): Redirect<D> | undefined;
  /**
   * Closes all connections. Requests in progress fail with ECONNRESET, and so do later ones. A program ends without
   * it. The keys stay: `deleteBinding` of the provider deletes them, and kept connections still prove the old one until
   * the agents are closed.
   */
  close(): void;
}

/** The next request after a redirect. */
export interface Redirect<D = FetchDispatcher> {
  /** The absolute URL that it goes to. */
  readonly url: string;
  /** Whether it also proves the key of the server that sent the redirect. */
  readonly hasReferred: boolean;
  /** As {@link BoundAgents.httpsAgent}, for this request. */
  readonly httpsAgent: HttpsAgent;
  /** As {@link BoundAgents.dispatcher}, for this request. */
  readonly dispatcher: D;
}

/**
 * Makes agents for requests with Token Bindings (RFC 8473). Each new connection gets a message of its own, signed once
 * before the first request, and all requests of the connection have the same bytes. The key belongs to the registrable
 * domain of the server; the first connection makes it.
 *
 * A request that has a field Sec-Token-Binding of its own fails with ERR_INVALID_ARG_TYPE.
 *
 * @throws TypeError, RangeError for a wrong option; errors of `tls.createSecureContext()` and of `open()`
 *
 * @example
 * import { once } from 'node:events';
 * import { readFileSync } from 'node:fs';
 * import { createServer } from 'node:https';
 * import { boundAgents, tokenBinding } from 'tokenbinding/http';
 *
 * const [key, cert] = [readFileSync('key.pem'), readFileSync('cert.pem')];
 * const bind = tokenBinding({ required: true });
 * const server = createServer({ key, cert }, (request, response) => {
 *   bind(request, response, () => response.end('bound'));
 * });
 * server.listen(0, 'localhost');
 * await once(server, 'listening');
 *
 * const agents = boundAgents({ keyType: 'ecdsap256', tls: { ca: cert } });
 * const url = `https://localhost:${server.address().port}/`;
 * // With axios: axios.get(url, { httpsAgent: agents.httpsAgent }). With fetch:
 * const response = await fetch(url, { dispatcher: agents.dispatcher });
 * console.log(response.status, await response.text()); // 200 bound
 * agents.close();
 * server.close();
 */
export function boundAgents<D = FetchDispatcher>(
  options: BoundAgentsOptions<D> = {},
): BoundAgents<D> {
  return new Agents(checkBoundAgentsOptions(options));
}

class Agents<D> extends AgentPair<D> implements BoundAgents<D> {
  readonly #clientSettings: ClientSettings;
  readonly #connections: BoundConnections;
  readonly #controller: AbortController;

  constructor(settings: ClientSettings) {
    const controller = new AbortController();
    const connections = new BoundConnections(settings, controller.signal);
    super(connections, settings);
    this.#clientSettings = settings;
    this.#connections = connections;
    this.#controller = controller;
    settings.signal?.addEventListener('abort', this.#onAbort);
    if (settings.signal?.aborted) this.#onAbort();
  }

  readRedirect(response: RedirectResponse): Redirect<D> | undefined {
    const redirect = parseRedirect(response);
    if (redirect === undefined) return undefined;
    const { from, to, isReferring } = redirect;
    const hasReferred =
      isReferring && this.#connections.hasProven(from.origin) && this.#connections.takesPart(to);
    const pair = hasReferred ? this.#pairForRedirect(from.origin, to.origin) : this;
    return new NextRequest(to.href, hasReferred, pair);
  }

  close(): void {
    this.#close(undefined);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #pairForRedirect(from: string, to: string): AgentPair<D> {
    const { keyType } = this.#clientSettings;
    const referred = { targetUrl: `${from}/`, keyType };
    const connections = new RedirectConnections(this.#connections, { origin: to, referred });
    return new AgentPair(connections, this.#clientSettings);
  }

  readonly #onAbort = (): void => this.#close(this.#clientSettings.signal?.reason);

  #close(cause: unknown): void {
    this.#clientSettings.signal?.removeEventListener('abort', this.#onAbort);
    const error = new Error('the agents are closed', cause === undefined ? {} : { cause });
    this.#controller.abort(Object.assign(error, { code: 'ECONNRESET' }));
  }
}

class NextRequest<D> implements Redirect<D> {
  readonly url: string;
  readonly hasReferred: boolean;
  readonly httpsAgent: HttpsAgent;
  readonly #pair: AgentPair<D>;

  constructor(url: string, hasReferred: boolean, pair: AgentPair<D>) {
    this.url = url;
    this.hasReferred = hasReferred;
    this.httpsAgent = pair.httpsAgent;
    this.#pair = pair;
  }

  get dispatcher(): D {
    return this.#pair.dispatcher;
  }
}
