/** Every `code` of an {@link HttpTokenBindingError}. The union is closed: a switch over it can be exhaustive. */
export type HttpTokenBindingErrorCode =
  | 'ERR_HTTP_TB_REPEATED'
  | 'ERR_HTTP_TB_REQUIRED'
  | 'ERR_HTTP_TB_TOO_LONG'
  | 'ERR_HTTP_TB_CONNECTION'
  | 'ERR_HTTP_TB_NOT_NEGOTIATED'
  | 'ERR_HTTP_TB_REJECTED'
  | 'ERR_HTTP_TB_BINDINGS'
  | 'ERR_HTTP_TB_PROXY'
  | 'ERR_HTTP_TB_EARLY_DATA'
  | 'ERR_HTTP_TB_MISMATCH'
  | 'ERR_HTTP_TB_EXPIRED'
  | 'ERR_HTTP_TB_FAILED'
  | 'ERR_HTTP_TB_BUSY';

/**
 * Why the Token Binding of a request, or a token, is not valid, with the status to answer. It contains neither the field
 * nor keying material.
 *
 * - `ERR_HTTP_TB_REPEATED` (400): the request has more than one field Sec-Token-Binding (RFC 8473 2 requires 400), or more
 *   than one of a field that a reverse proxy adds once.
 * - `ERR_HTTP_TB_REQUIRED` (400): the request has no field Sec-Token-Binding, and the option `required` or the
 *   negotiation requires it.
 * - `ERR_HTTP_TB_TOO_LONG` (431): a field has more than 8,192 characters, or the request so many fields that Node may hide
 *   some: 1,000, or `maxHeadersCount` of the server.
 * - `ERR_HTTP_TB_CONNECTION` (400): the request has the field or needs it, and the connection cannot carry Token Binding:
 *   it has no TLS, its version of TLS is not accepted, TLS 1.2 has no Extended Master Secret or was renegotiated, or the
 *   connection is closed.
 * - `ERR_HTTP_TB_NOT_NEGOTIATED` (400): the request has the field, and the option `negotiated` says that the connection
 *   did not negotiate Token Binding (RFC 8471 4.2).
 * - `ERR_HTTP_TB_REJECTED` (400): the message is not valid for this connection (RFC 8471 4.2). The `cause` is a
 *   TokenBindingError.
 * - `ERR_HTTP_TB_BINDINGS` (400): the message has not exactly one provided binding, or more than one referred binding
 *   (RFC 8473 2).
 * - `ERR_HTTP_TB_PROXY` (400): the request has fields that only a reverse proxy may add, and comes from a peer that the
 *   options do not name; or the fields of a named proxy are not those that it should add.
 * - `ERR_HTTP_TB_EARLY_DATA` (425): a named proxy has received the request as early data of TLS 1.3, which an attacker can
 *   replay (RFC 8470 5.2). The client sends it again after the handshake.
 * - `ERR_HTTP_TB_MISMATCH` (401): a token or cookie is not bound to a key that the request has proven (RFC 8471 5), or
 *   it is not valid.
 * - `ERR_HTTP_TB_EXPIRED` (401): the time of a cookie is over.
 * - `ERR_HTTP_TB_FAILED` (500): a function of the options or the provider failed. The `cause` is what it threw.
 * - `ERR_HTTP_TB_BUSY` (503): more than 1,000 requests of one connection wait for the verification of a message. The
 *   connection is destroyed.
 */
export class HttpTokenBindingError extends Error {
  override readonly name = 'HttpTokenBindingError';
  /** One of the codes above. */
  readonly code: HttpTokenBindingErrorCode;
  /** The status of the answer: 400, 401, 425, 431, 500 or 503. */
  readonly status: 400 | 401 | 425 | 431 | 500 | 503;

  /** @param details the error that led to this one */
  constructor(
    code: HttpTokenBindingErrorCode,
    message: string,
    details: { readonly cause?: unknown } = {},
  ) {
    super(message, Object.hasOwn(details, 'cause') ? { cause: details.cause } : undefined);
    this.code = code;
    this.status = statusOf(code);
  }
}

function statusOf(code: HttpTokenBindingErrorCode): HttpTokenBindingError['status'] {
  switch (code) {
    case 'ERR_HTTP_TB_TOO_LONG':
      return 431;
    case 'ERR_HTTP_TB_EARLY_DATA':
      return 425;
    case 'ERR_HTTP_TB_MISMATCH':
    case 'ERR_HTTP_TB_EXPIRED':
      return 401;
    case 'ERR_HTTP_TB_FAILED':
      return 500;
    case 'ERR_HTTP_TB_BUSY':
      return 503;
    default:
      return 400;
  }
}
