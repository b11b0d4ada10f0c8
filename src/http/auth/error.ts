import { withoutPrototype } from '../../bytes/without-prototype.js';
import type { Scheme } from './scheme.js';

/** Every `code` of an {@link HttpAuthError}. The union is closed: a switch over it can be exhaustive. */
export type HttpAuthErrorCode =
  | 'ERR_HTTP_AUTH_ORIGIN'
  | 'ERR_HTTP_AUTH_NO_SCHEME'
  | 'ERR_HTTP_AUTH_REJECTED'
  | 'ERR_HTTP_AUTH_PROTOCOL'
  | 'ERR_HTTP_AUTH_NOT_PERSISTENT'
  | 'ERR_HTTP_AUTH_TIMEOUT'
  | 'ERR_HTTP_AUTH_SSPI'
  | 'ERR_HTTP_AUTH_PROXY_SUPPORT'
  | 'ERR_HTTP_AUTH_CLOSED';

/** The properties that an {@link HttpAuthError} can have besides its code and message. */
export interface HttpAuthErrorDetails {
  /** The status of the answer that the error is about. */
  readonly status?: number | undefined;
  /** The scheme of the handshake. */
  readonly scheme?: Scheme | undefined;
  /** The number of tokens that the client had sent. */
  readonly leg?: number | undefined;
  /** The principal name that the client authenticated to. */
  readonly target?: string | undefined;
  /** Who answered. */
  readonly peer?: 'origin' | 'proxy' | undefined;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * Thrown if a connection cannot be authenticated. It contains no token and no password. Errors of `node:net`,
 * `node:tls` and `node:dns` are passed on unchanged. axios and got wrap it: test `error.code`, or
 * `error.cause instanceof HttpAuthError`.
 *
 * - `ERR_HTTP_AUTH_ORIGIN`: the request goes to an origin that is not one of `origins`. Nothing was connected.
 * - `ERR_HTTP_AUTH_NO_SCHEME`: the server or the proxy offers no scheme that the option `package` allows.
 * - `ERR_HTTP_AUTH_REJECTED`: the server, the proxy or a domain controller rejected the credentials. Agents with a
 *   password do not try again, or after the rejection of a domain controller only after a pause. If the answer was
 *   malformed too, the `cause` says how.
 * - `ERR_HTTP_AUTH_PROTOCOL`: an answer is malformed, too large, or impossible at this point of the handshake.
 * - `ERR_HTTP_AUTH_NOT_PERSISTENT`: the server does not keep the authentication of a connection, or requires it only
 *   for other paths than the one that the connection was made for.
 * - `ERR_HTTP_AUTH_TIMEOUT`: the connection and its handshake took longer than `timeout`.
 * - `ERR_HTTP_AUTH_SSPI`: SSPI rejected a token, or has no credentials or channel bindings. The `cause` is an
 *   SspiError.
 * - `ERR_HTTP_AUTH_PROXY_SUPPORT`: an http: origin behind a proxy requires authentication. The agents log on only if
 *   the proxy sends `Proxy-Support: Session-Based-Authentication` (RFC 4559 6).
 * - `ERR_HTTP_AUTH_CLOSED`: the other side closed the connection, or the agents are closed.
 */
export class HttpAuthError extends Error {
  override readonly name = 'HttpAuthError';
  /** One of the codes above. */
  readonly code: HttpAuthErrorCode;
  /** The status of the answer that the error is about. */
  declare readonly status?: number;
  /** The scheme of the handshake. */
  declare readonly scheme?: Scheme;
  /** The number of tokens that the client had sent. */
  declare readonly leg?: number;
  /** The principal name that the client authenticated to. */
  declare readonly target?: string;
  /** Who answered. */
  declare readonly peer?: 'origin' | 'proxy';

  /** @param details the properties of the error, and its cause */
  constructor(code: HttpAuthErrorCode, message: string, details: HttpAuthErrorDetails = {}) {
    const { cause, ...properties } = withoutPrototype({ ...details });
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    for (const [name, value] of Object.entries(properties)) {
      if (value !== undefined) Object.assign(this, { [name]: value });
    }
  }
}
