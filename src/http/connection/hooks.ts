import type { Socket } from 'node:net';

/** Where a connection goes: the origin of its requests (RFC 6454 4). */
export interface Destination {
  readonly protocol: 'http:' | 'https:';
  /** A name or an address, in lower case, an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** As `URL.origin` writes it: without the port if it is the default one. */
  readonly origin: string;
}

/** A connected socket that no request has yet. */
export interface NewConnection {
  /** A TLSSocket whose handshake is complete and whose certificate is verified if the protocol is https. */
  readonly socket: Socket;
  readonly destination: Destination;
  /** The request target of the request that the connection is made for, or `/` if it is not known. */
  readonly path: string;
  /** Aborted at the time limit, when the request is aborted, and when the agents are closed. */
  readonly signal: AbortSignal;
}

/** Header fields of a request. */
export type Fields = Readonly<Record<string, string>>;

/** The work needs a new connection in place of this one, for example because the other side closes this one. */
export class ConnectAgain {
  /** {@link ConnectionHooks.prepare} of the new connection. */
  readonly prepare: ConnectionHooks['prepare'];

  constructor(prepare: ConnectionHooks['prepare']) {
    this.prepare = prepare;
  }
}

/** How a protocol takes part in making connections. */
export interface ConnectionHooks {
  /** Throws for a destination that has no connection of these agents. Called before anything is connected. */
  checkDestination(destination: Destination): void;
  /** Makes the connection below TLS, through a proxy. Undefined: `node:net` connects directly. */
  readonly connect:
    | ((destination: Destination, signal: AbortSignal) => Promise<Socket>)
    | undefined;
  /**
   * Does its work on a new connection, before a request gets the socket. If it rejects, the socket is destroyed
   * and the request fails with that error. It reads by 'readable' and `socket.read()`: a socket that was paused
   * stays so in the request.
   *
   * @returns fields: with `ownFields` those to set on each request of the connection, otherwise those to set on its first
   * request, after whose answer it is closed; or `ConnectAgain`: then the socket is destroyed and a new connection takes
   * its place, three times at most
   */
  prepare(connection: NewConnection): Promise<Fields | ConnectAgain | undefined>;
  /**
   * Sees each final answer (RFC 9110 15) to a request on a prepared connection. With `close` no other request gets
   * the connection. With `repeat` likewise, and the caller does not get the answer: the request is sent again, once, on a
   * new connection. The head is that of the request. Undefined: each answer is `keep`.
   *
   * @param canRepeat whether `repeat` is allowed. Agents of Node do not have the whole request, so that theirs never is
   */
  readonly onAnswer:
    | ((
        socket: Socket,
        status: number,
        head: string,
        canRepeat: boolean,
      ) => 'keep' | 'close' | 'repeat')
    | undefined;
  /**
   * Whether `connect` leads to a forward proxy for http: destinations. Their requests have the absolute form of the
   * request target (RFC 9112 3.2.2), and `path` of the new connection too.
   */
  readonly isForwardProxy: boolean;
  /** Whether each request has a connection of its own, with or without fields. */
  readonly isForOneRequest: boolean;
  /**
   * The names, in lower case, of fields that belong to the connection: each of its requests has the same ones, as
   * `prepare` returned them. A request of the application that has such a field fails.
   */
  readonly ownFields: readonly string[] | undefined;
  /** Milliseconds for the connection and its preparation. */
  readonly timeout: number;
  /** The error after `timeout` milliseconds. */
  timeoutError(destination: Destination): Error;
  /** Aborted when the agents are closed. Its reason is the error of each request that has no connection yet. */
  readonly signal: AbortSignal;
  /** Ends connections in the making in place of `signal`. It has a listener only as long as there are any. */
  readonly connectSignal: AbortSignal | undefined;
}
