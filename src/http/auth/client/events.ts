import type { HttpAuthError } from '../error.js';
import type { Scheme } from '../scheme.js';

/** What {@link ClientOptions.onEvent} is told. It contains no token and no password. */
export type ClientEvent =
  | {
      /**
       * A connection is authenticated, or has everything for the only request that it is for: one event for each
       * connection, and one for the first handshake of `authenticate: 'request'`. No event tells of a handshake that
       * ends with a status such as 400 or 500, which the server may send without a look at the token.
       */
      readonly type: 'authenticated';
      /** The origin of the server, or of the proxy. */
      readonly origin: string;
      /** Who authenticated the client. */
      readonly peer: 'origin' | 'proxy';
      /** The scheme of the handshake. */
      readonly scheme: Scheme;
      /** The package that authenticated, such as `NTLM` within Negotiate. Undefined if it is not known yet. */
      readonly package: string | undefined;
      /** The number of tokens that the client sent before the request. */
      readonly legs: number;
      /** The Set-Cookie fields of the handshake's answers, from the first 401 on. The agents keep no cookies. */
      readonly setCookie: readonly string[];
    }
  | {
      /** A server or a proxy rejected the credentials. */
      readonly type: 'rejected';
      readonly origin: string;
      /** What the request fails with. */
      readonly error: HttpAuthError;
    }
  | {
      /**
       * The answer to a request was 401, or 407 of a proxy, although the handshake on its connection succeeded or the
       * server required none. The connection is closed. The error says what to do. Its code is ERR_HTTP_AUTH_REJECTED if
       * the request had a token of its own, else ERR_HTTP_AUTH_NOT_PERSISTENT.
       */
      readonly type: 'unauthorized';
      readonly origin: string;
      /** What the answer means. The request does not fail with it. */
      readonly error: HttpAuthError;
      /**
       * Whether the dispatcher sends the request again, on a new connection after a new logon. Otherwise the caller gets
       * the answer.
       */
      readonly repeated: boolean;
    };
