import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccountLookup, Credentials, ServerNames } from '../../../sspi/credentials.js';
import type { Sspi } from '../../../sspi/interface.js';
import type { Scheme } from '../scheme.js';
import type { NegotiateEvent } from './events.js';
import type { HttpAuth } from './identity.js';

/** Limits of a server. A handshake begins with the first token of a client and ends when it is authenticated. */
export interface NegotiateLimits {
  /**
   * The longest token in bytes, 1 to 65,535. Default 65,535. Node rejects a request whose header has more than 16
   * KiB (431) before this limit counts: a server for Kerberos needs `maxHeaderSize: 98304` in its own options.
   */
  readonly tokenBytes?: number | undefined;
  /**
   * Unfinished handshakes of all clients. Default 1,000. Further ones get 503. Those whose client is gone, or whose time
   * is over, count until `accounts` and `onAuthenticated` have settled: a promise that never settles takes one for ever.
   */
  readonly handshakes?: number | undefined;
  /**
   * Unfinished handshakes of one address of IPv4, or of one network of IPv6: the first 64 bits of an address. Default
   * 100. Further ones get 503. Connections without an address, such as those of Unix sockets, have only the limit
   * `handshakes`.
   */
  readonly handshakesPerAddress?: number | undefined;
  /** Milliseconds for a handshake with `accounts` and `onAuthenticated`. Default 10,000. */
  readonly handshakeTimeout?: number | undefined;
  /** Tokens of a client in one handshake. Default 6. */
  readonly legs?: number | undefined;
  /**
   * Bytes of a request body that is dropped with a 400, 401, 403, 500 or 503. Default 65,536. With a longer body, or
   * one that does not end within `handshakeTimeout`, the connection is closed.
   */
  readonly bodyBytes?: number | undefined;
}

/** Options of {@link negotiate}. */
export interface NegotiateOptions {
  /**
   * The provider. Default `openSspi()`, and with `accounts` or `keytab` the portable one. Required with `credentials`.
   */
  readonly sspi?: Sspi | undefined;
  /** Inbound credentials of `sspi`. They stay open when the middleware is closed. */
  readonly credentials?: Credentials | undefined;
  /**
   * Finds the account of a user of NTLM, for the portable provider. Without `credentials`, those of Negotiate are
   * acquired with it and with `keytab` at the first request.
   */
  readonly accounts?: AccountLookup | undefined;
  /**
   * The path of a keytab with the keys of `HTTP/<host>`, or its bytes, for Kerberos of the portable provider. Read at
   * the first request. Without `accounts` nobody can log on with NTLM.
   */
  readonly keytab?: string | Uint8Array | undefined;
  /** The names of this server, for the portable provider. */
  readonly names?: ServerNames | undefined;
  /**
   * The schemes to offer, the preferred one first. Default both, Negotiate first; with credentials of NTLM or Kerberos,
   * and with a keytab alone, the scheme that belongs to them. A function chooses for each request, and returns no promise; a user of
   * the connection who authenticated with another scheme must authenticate again, and without a scheme the answer is
   * 403.
   */
  readonly schemes?:
    | readonly Scheme[]
    | ((request: IncomingMessage) => readonly Scheme[])
    | undefined;
  /**
   * How to check channel bindings (Extended Protection, EPA) of clients on TLS, and with `channelBindings` of all.
   *
   * - `require` (default): the client must send those of this connection. Clients that send none are refused, such as
   *   curl --ntlm and axios-ntlm.
   * - `accept`: it must send those, or none. Logons of clients that send none can be relayed.
   * - `ignore`: they are not checked. Every logon can be relayed.
   */
  readonly channelBindingPolicy?: 'require' | 'accept' | 'ignore' | undefined;
  /**
   * The channel bindings of a request, 1 to 65,535 bytes, from `tlsServerEndPoint` of `tokenbinding/sspi`. Default
   * those of the certificate of this server. The function returns no promise. If it returns undefined, nobody can log
   * on, and with the policy `accept` only clients that send none.
   *
   * Behind a proxy that ends TLS they are those of the proxy's certificate:
   * `const bindings = tlsServerEndPoint(new X509Certificate(pem))` once, then `channelBindings: () => bindings`.
   *
   * When a TLS session is resumed, OpenSSL tells the certificate of the default context of a server with several
   * certificates. The client sends the bindings of the certificate that it has seen, and gets SEC_E_BAD_BINDINGS.
   * Resume no session there: `secureOptions: constants.SSL_OP_NO_TICKET` of node:crypto. Or, with
   * `minVersion: 'TLSv1.3'` and one certificate for each name, find the bindings by the name:
   * `channelBindings: ({ socket }) => byName.get(socket.servername)`. On TLS 1.2 a resumed session has no name.
   */
  readonly channelBindings?: ((request: IncomingMessage) => Uint8Array | undefined) | undefined;
  /**
   * The services that clients may name, such as `HTTP/www.example.com`, in any case, each with a service and a host.
   * Portable provider only. Without TLS this is the only protection from a relayed logon.
   */
  readonly targets?: readonly string[] | undefined;
  /**
   * For which packages a logon counts for the whole connection; for the others it counts for one request. Default
   * NTLM true, Kerberos false. It must be false where a proxy shares its connections to this server among clients.
   */
  readonly persist?:
    | { readonly NTLM?: boolean | undefined; readonly Kerberos?: boolean | undefined }
    | undefined;
  /**
   * IP addresses of proxies that keep one connection to this server for each connection of a client. Requests with
   * the fields Forwarded, X-Forwarded-*, X-Real-IP or Via from another address get 403. Default none.
   */
  readonly trustedProxies?: readonly string[] | undefined;
  /**
   * Whether a request passes without authentication: it belongs to a session, or to a public path. It returns a
   * boolean, not a promise. The request that passes has no user: `request.auth` is undefined. Each mount of the
   * middleware asks again. In Express `url` is relative to the path of the mount: use `originalUrl`. A preflight request
   * of CORS gets 401 like others: mount `cors()` before, or see {@link isPreflight}.
   */
  readonly skip?: ((request: IncomingMessage) => boolean) | undefined;
  /**
   * Called once for each handshake before the request passes, for instance to set the cookie of a session. The request
   * waits for a promise. If it fails, the answer is 500 without the fields that it set, and nobody is
   * authenticated. If it answers the request itself, the request does not pass. Not called for upgrades.
   */
  readonly onAuthenticated?:
    | ((request: IncomingMessage, response: ServerResponse, auth: HttpAuth) => void | Promise<void>)
    | undefined;
  /**
   * Called for each event, for a log. What it throws is ignored, and so is the promise that it returns. Without it the
   * first event of each of the types `failed`, `unavailable` and `forwarded` is a warning of the process with the code
   * `TOKENBINDING_HTTP_AUTH`, which tells the error and the advice; the others are not seen.
   */
  readonly onEvent?: ((event: NegotiateEvent) => void) | undefined;
  /**
   * Whether the answer to a request that authenticates tells by the field Persistent-Auth whether the identity holds
   * for later requests (MS-N2HT 2.2.2). Default false.
   */
  readonly persistentAuthField?: boolean | undefined;
  /** Limits against floods. */
  readonly limits?: NegotiateLimits | undefined;
}
