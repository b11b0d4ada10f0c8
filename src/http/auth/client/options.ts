import type { ContextFlag } from '../../../sspi/context-options.js';
import type {
  Credentials,
  Identity,
  KerberosOptions,
  NegotiateMechanism,
} from '../../../sspi/credentials.js';
import type { Sspi } from '../../../sspi/interface.js';
import type { ClientTlsOptions, UndiciAgentClass } from '../../connection/agent-options.js';
import type { ClientEvent } from './events.js';

/**
 * Whether a handshake has channel bindings of the type tls-server-end-point (RFC 5929 4).
 *
 * - `auto` (default): sent on every TLS connection whose certificate has a defined hash.
 * - `require`: sent always. Origins with http: are rejected, and certificates without such a hash.
 * - `omit`: not sent. An attacker with a valid certificate for another name can then relay the handshake.
 */
export type ChannelBindingChoice = 'require' | 'auto' | 'omit';

export type { ClientTlsOptions, UndiciAgentClass };

/**
 * What a server authenticates by a handshake.
 *
 * - `auto` (default): what the handshake on each new connection shows. NTLM authenticates the connection. Kerberos and
 *   other packages do if the server's last answer has `Persistent-Auth: true`, as that of IIS. Otherwise, and after
 *   `Persistent-Auth: false`, the request gets a token of its own, and the connection is closed after the answer. The
 *   token in that answer is not verified: with `mutual-auth` the server has proved its identity in the handshake on the
 *   same connection, before the request.
 * - `connection`: the connection with all its requests. `Persistent-Auth: false` is an error.
 * - `request`: each request. Each has a connection of its own, and carries the last token of a handshake there. The
 *   token in the answer is not verified, so that `mutual-auth` in `flags` is a RangeError. The first handshake runs
 *   without a request, so that a wrong password is sent once, and a second one follows for the request. For servers
 *   that close the connection after a handshake.
 */
export type AuthenticationScope = 'auto' | 'connection' | 'request';

/** A proxy that asks for authentication. */
export interface ProxyOptions {
  /** `http://proxy.example.com:3128`. */
  readonly url: string;
  /** As {@link ClientOptions.identity}, for the proxy alone. */
  readonly identity?: Identity | undefined;
  /** As {@link ClientOptions.credentials}, for the proxy alone. */
  readonly credentials?: Credentials | undefined;
  /** As {@link ClientOptions.package}. Default `Negotiate`. */
  readonly package?: string | undefined;
  /** As {@link ClientOptions.negotiate}. */
  readonly negotiate?: readonly NegotiateMechanism[] | undefined;
  /** As {@link ClientOptions.kerberos}. */
  readonly kerberos?: KerberosOptions | undefined;
  /** The principal name of the proxy. Default `HTTP/` and the host name of `url`. */
  readonly target?: string | undefined;
}

/** The request that finds out whether an origin requires authentication, and carries the client's tokens. */
export interface ProbeOptions {
  /** Default HEAD. Some servers answer HEAD without authentication. */
  readonly method?: 'HEAD' | 'GET' | 'OPTIONS' | undefined;
  /**
   * A path that starts with `/`. Default the path of the request that the connection is made for, and `/` for the
   * dispatcher, which does not know it.
   */
  readonly path?: string | undefined;
}

/** Options of {@link authenticatedAgents}. */
export interface ClientOptions<D> {
  /**
   * The origins that get the credentials, such as `https://intranet.example.com`: without a path, at least one.
   * A request to any other origin fails, so that a redirect never leads the credentials elsewhere. Over http: nothing
   * protects the connection after its handshake, and an attacker in between can use it.
   */
  readonly origins: readonly string[];
  /** Default `openSspi()`. */
  readonly sspi?: Sspi | undefined;
  /**
   * Outbound credentials of `sspi`, which is then required. They stay open. Excludes `identity`, `package`, `negotiate`
   * and `kerberos`.
   */
  readonly credentials?: Credentials | undefined;
  /** Leave it out to log on as the logged-on user on Windows, and elsewhere with the tickets of `kinit`. */
  readonly identity?: Identity | undefined;
  /**
   * The package of SSPI. Default `Negotiate`, which uses the scheme Negotiate, and the scheme NTLM if the server offers
   * only that and NTLM is among the mechanisms. `NTLM` uses the scheme NTLM only; every other package uses the scheme
   * Negotiate.
   */
  readonly package?: string | undefined;
  /**
   * The mechanisms of Negotiate, as in `acquireCredentialsHandle` of `tokenbinding/sspi`. Portable provider only. Default
   * NTLM with a password or an NT hash, else Kerberos.
   */
  readonly negotiate?: readonly NegotiateMechanism[] | undefined;
  /** Options of Kerberos, as in `acquireCredentialsHandle` of `tokenbinding/sspi`. Portable provider only. */
  readonly kerberos?: KerberosOptions | undefined;
  /**
   * The principal name of a server. Default `HTTP/` and the host name of the URL. No port is added, and DNS is not
   * asked.
   */
  readonly target?: string | ((origin: URL) => string) | undefined;
  /** Default `auto`. */
  readonly channelBindings?: ChannelBindingChoice | undefined;
  /**
   * What the logon must provide, such as signing. Default `['integrity']`, and for Kerberos without NTLM `mutual-auth`
   * too. Credentials of Negotiate do not tell their mechanisms, so that the option `credentials` gets `mutual-auth` by
   * default only with those of the package Kerberos.
   *
   * With `mutual-auth` a server that requires authentication proves its identity before the first request. A server
   * that requires none gets the request without a proof, if `mutual-auth` is a default. If you name it here, that
   * server is an error, ERR_HTTP_AUTH_PROTOCOL, and gets no request. Named here it excludes `authenticate: 'request'`,
   * where the proof comes too late. Nothing is required of proxies.
   */
  readonly flags?: readonly ContextFlag[] | undefined;
  /**
   * A proxy with the protocol http:, as a URL if it asks for no authentication. Requests to https: origins go
   * through tunnels (CONNECT). Default none; variables of the environment are not read.
   */
  readonly proxy?: string | ProxyOptions | undefined;
  /** Default `auto`. */
  readonly authenticate?: AuthenticationScope | undefined;
  /** The requests of the handshake. */
  readonly probe?: ProbeOptions | undefined;
  /** Milliseconds for a connection with its handshake. Default 30,000. */
  readonly timeout?: number | undefined;
  /** Closes the agents, as `close()` does. */
  readonly signal?: AbortSignal | undefined;
  /** The most connections to an origin, of each agent and of the dispatcher. Default no limit. */
  readonly maxSockets?: number | undefined;
  /**
   * Options of TLS with the origins. They alone say which certificate is expected, and the name of the origin does:
   * not the field Host of a request. A request with other options of TLS fails with ERR_INVALID_ARG_TYPE.
   */
  readonly tls?: ClientTlsOptions | undefined;
  /** The undici of npm (6, 7 or 8) that uses the dispatcher. Default the undici in Node, whose `fetch` uses it. */
  readonly undici?: { readonly Agent: UndiciAgentClass<D> } | undefined;
  /** Is told what happens. It must not throw. */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined;
}
