import type { TokenBindingProvider } from '../../../tokenbinding/token-binding-provider.js';
import type { KeyType } from '../../../tokenbinding/types.js';
import type { ClientTlsOptions, UndiciAgentClass } from '../../connection/agent-options.js';

export type { ClientTlsOptions, UndiciAgentClass };

/** A token consumer, whose key a referred binding proves. */
export interface ReferredTarget {
  /** An https: URL of the token consumer. */
  readonly targetUrl: string;
  /** The key type that was negotiated with the token consumer (RFC 8473 5.4). Default the `keyType` of the agents. */
  readonly keyType?: KeyType | undefined;
}

/** Options of {@link boundAgents}. */
export interface BoundAgentsOptions<D> {
  /**
   * The key type that was agreed with the servers. Default `ecdsap256`. Node's TLS cannot negotiate it, so the client and
   * its servers agree by configuration.
   */
  readonly keyType?: KeyType | undefined;
  /**
   * The servers that agreed to Token Binding, as origins such as `https://www.example.com`. Requests to others are sent
   * without a Token Binding (RFC 8471 3). Default every origin with https:.
   */
  readonly origins?: readonly string[] | undefined;
  /** The provider that signs, with its keys. Default the one of the functions of `tokenbinding`. */
  readonly tokenBinding?: TokenBindingProvider | undefined;
  /**
   * A token consumer, as a URL or with its key type: each connection of the agents also proves its key, in a referred
   * binding (RFC 8473 6). So a client gets an access token from an authorization server that is bound to the key for the
   * resource server. If there is no such key yet, it is made. It shows the identifier of that key to the servers, so
   * `origins` is then required.
   */
  readonly referred?: string | ReferredTarget | undefined;
  /** Milliseconds for a connection, with its signature. Default 30,000. */
  readonly timeout?: number | undefined;
  /** Closes the agents, as `close()` does. */
  readonly signal?: AbortSignal | undefined;
  /** The most connections to an origin, of the agent and of the dispatcher. Default no limit. */
  readonly maxSockets?: number | undefined;
  /**
   * Options of TLS. Default TLS 1.3 only, also for origins without Token Binding. TLS 1.2 needs Extended Master Secret,
   * and is never renegotiated. They alone say which certificate is expected: a request with other options of TLS fails
   * with ERR_INVALID_ARG_TYPE.
   */
  readonly tls?: ClientTlsOptions | undefined;
  /** The undici of npm (6, 7 or 8) that uses the dispatcher. Default the undici in Node, whose `fetch` uses it. */
  readonly undici?: { readonly Agent: UndiciAgentClass<D> } | undefined;
}
