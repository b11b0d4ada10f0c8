import type { HttpAuthError } from '../error.js';
import type { Scheme } from '../scheme.js';

/** What {@link ClientOptions.onEvent} is told. It contains no token and no password. */
export type ClientEvent =
  | {
      /**
       * A connection is authenticated, or has everything for the only request that it is for. No event tells of a
       * handshake that ends with a status such as 400 or 500, which the server may send without a look at the token.
       */
      readonly type: 'authenticated';
      /** The origin of the server, or of the proxy. */
      readonly origin: string;
      readonly peer: 'origin' | 'proxy';
      readonly scheme: Scheme;
      /** The package that authenticated, such as `NTLM` within Negotiate. Undefined if it is not known yet. */
      readonly package: string | undefined;
      /** The number of tokens that the client sent before the request. */
      readonly legs: number;
      /** The Set-Cookie fields of the handshake's answers. The agents keep no cookies. */
      readonly setCookie: readonly string[];
    }
  | {
      /** A server or a proxy rejected the credentials. */
      readonly type: 'rejected';
      readonly origin: string;
      readonly error: HttpAuthError;
    }
  | {
      /**
       * The answer to a request was 401, or 407 of a proxy, although its connection was made for requests without
       * tokens. The caller gets the answer, and the connection is closed. The error says what to do.
       */
      readonly type: 'unauthorized';
      readonly origin: string;
      readonly error: HttpAuthError;
    };
