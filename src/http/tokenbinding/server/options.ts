import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { TokenBindingProvider } from '../../../tokenbinding/token-binding-provider.js';
import type { KeyType } from '../../../tokenbinding/types.js';
import type { HttpTokenBindingError } from '../error.js';
import type { ReverseProxy } from '../ttrp/reverse-proxies.js';

/**
 * What to do with connections of TLS 1.2. A renegotiation after the first message ends the
 * connection in any case (RFC 8473 3).
 *
 * - `refuse`: their messages are rejected.
 * - `require-ems`: they need Extended Master Secret (RFC 7627; RFC 8471 4.2). It counts as missing if Node does not tell.
 * - `accept`: they may lack it. Then an attacker in the middle can make two connections with the same keying material (the
 *   triple handshake attack), and a Token Binding proves nothing. Only for servers that know by other means that a
 *   connection is safe.
 */
export type Tls12Policy = 'refuse' | 'require-ems' | 'accept';

/** Options of {@link verifyRequest}. */
export interface VerifyOptions {
  /** The provider that verifies. Default `open()`, once for all calls. */
  readonly tokenBinding?: TokenBindingProvider | undefined;
  /**
   * The key type of provided bindings on every connection. Default `ecdsap256`. Absent with `negotiated`, which tells the
   * key type of each connection.
   */
  readonly keyType?: KeyType | undefined;
  /**
   * Tells what the application negotiated for a connection, for instance by ALPN (`socket.alpnProtocol`): Node's TLS cannot
   * negotiate the extension of RFC 8472. It returns the key type, and then each request must have a message with a
   * provided binding of that type (RFC 8473 2). It returns undefined if Token Binding was not negotiated, and then a
   * request with a message is rejected (RFC 8471 4.2). It is called for each request, and returns no promise. With HTTP/2
   * the socket is Node's proxy of it, with the same properties.
   *
   * Without this option a request may have a message or none.
   */
  readonly negotiated?: ((socket: TLSSocket) => KeyType | undefined) | undefined;
  /** Whether each request must have a message. Default false. */
  readonly required?: boolean | undefined;
  /** Whether connections of TLS 1.2 are accepted. Default `refuse`. */
  readonly tls12?: Tls12Policy | undefined;
  /**
   * The most bindings in a message, 1 to 15. Default 4: one provided, one referred, and two of other types. A message
   * with more is rejected before any signature is checked.
   */
  readonly maxTokenBindings?: number | undefined;
  /**
   * The reverse proxies that terminate TLS for this server and whose fields are trusted: they have verified the messages,
   * or pass on the keying material. From any other peer a request with such a field is rejected, and one with a message is
   * verified for its own connection. For requests of a named proxy `keyType`, `negotiated` and `tls12` do not count: the
   * proxy decides. The connection between proxy and server must be secure. Default none.
   *
   * `forwardRequest` and `forwardHeaders` without this option are the first proxy: they remove the fields.
   */
  readonly reverseProxies?: readonly ReverseProxy[] | undefined;
}

/** Options of {@link tokenBinding}. */
export interface TokenBindingOptions extends VerifyOptions {
  /**
   * Called for each request that does not pass, for instance to write a log. It may return another status than
   * `error.status`, 400 to 599, set fields of the response, or answer the request itself. It returns no promise.
   * A request with more than one field gets 400 in any case (RFC 8473 2). `response` is undefined for that one and for an
   * upgrade. If the function throws, the status is 500.
   */
  readonly onRejected?: RejectionHandler<number | undefined> | RejectionHandler<void> | undefined;
}

/** What {@link TokenBindingOptions.onRejected} is: a function that returns a status, or one that returns nothing. */
type RejectionHandler<Result> = (
  error: HttpTokenBindingError,
  request: IncomingMessage,
  response: ServerResponse | undefined,
) => Result;
