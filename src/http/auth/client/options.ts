import type { ConnectionOptions } from 'node:tls';
import type { ContextFlag } from '../../../sspi/context-options.js';
import type { Credentials, Identity } from '../../../sspi/credentials.js';
import type { Sspi } from '../../../sspi/interface.js';
import type { ClientEvent } from './events.js';

/**
 * Whether a handshake has channel bindings of the type tls-server-end-point (RFC 5929 4).
 *
 * - `auto` (default): sent on every TLS connection whose certificate has a defined hash.
 * - `require`: sent always. Origins with http: are rejected, and certificates without such a hash.
 * - `omit`: not sent. An attacker with a valid certificate for another name can then relay the handshake.
 */
export type ChannelBindingChoice = 'require' | 'auto' | 'omit';

/** The options of `node:tls` that {@link ClientOptions.tls} takes. */
export type ClientTlsOptions = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'key'
  | 'pfx'
  | 'passphrase'
  | 'rejectUnauthorized'
  | 'servername'
  | 'minVersion'
  | 'maxVersion'
  | 'ciphers'
  | 'checkServerIdentity'
>;

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

/** The class Agent of an undici. */
export type UndiciAgentClass<D> = new (options: never) => D;

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
  /** Outbound credentials of `sspi`, which is then required. They stay open. Excludes `identity` and `package`. */
  readonly credentials?: Credentials | undefined;
  /** Leave it out on Windows to log on as the logged-on user. */
  readonly identity?: Identity | undefined;
  /**
   * The package of SSPI. Default `Negotiate`, which uses the scheme Negotiate, and the scheme NTLM if the server
   * offers only that. `NTLM` uses the scheme NTLM only; every other package uses the scheme Negotiate.
   */
  readonly package?: string | undefined;
  /**
   * The principal name of a server. Default `HTTP/` and the host name of the URL. No port is added, and DNS is not
   * asked.
   */
  readonly target?: string | ((origin: URL) => string) | undefined;
  /** Default `auto`. */
  readonly channelBindings?: ChannelBindingChoice | undefined;
  /**
   * What the logon must provide, such as signing. Default `['integrity']`, and for the package Kerberos
   * `mutual-auth` too: the server then proves its identity before the first request. Nothing is required of proxies.
   */
  readonly flags?: readonly ContextFlag[] | undefined;
  /**
   * A proxy with the protocol http:, as a URL if it asks for no authentication. Requests to https: origins go
   * through tunnels (CONNECT). Default none; variables of the environment are not read.
   */
  readonly proxy?: string | ProxyOptions | undefined;
  /**
   * What a server authenticates.
   *
   * - `connection` (default): the connection with all its requests, before the first one.
   * - `request`: each request. Each has a connection and a handshake of its own, whose last token is in the request
   *   itself. For servers that send `Persistent-Auth: false`, and for Kerberos outside IIS. The token in the answer
   *   to a request is not verified. The first handshake runs without a request, so that a wrong password is sent
   *   once, and a second one follows for the request.
   */
  readonly authenticate?: 'connection' | 'request' | undefined;
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
