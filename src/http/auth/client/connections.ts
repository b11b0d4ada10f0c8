import type { Socket } from 'node:net';
import { hasOwn } from '../../../bytes/has-own.js';
import { trimSpaces } from '../../../bytes/trim-spaces.js';
import {
  ConnectAgain,
  type ConnectionHooks,
  type Destination,
  type Fields,
  type NewConnection,
} from '../../connection/hooks.js';
import type { Answer } from '../../connection/response-reader.js';
import { HttpAuthError, type HttpAuthErrorDetails } from '../error.js';
import { channelBindingsOf } from './bindings.js';
import { type Channel, openChannel } from './channel.js';
import type { ClientEvent } from './events.js';
import { protocolError } from './failure.js';
import type { HandshakeResult } from './handshake.js';
import type { Logon } from './logon.js';
import type { AuthenticationScope, ChannelBindingChoice } from './options.js';
import { ORIGIN, type Peer, PROXY } from './peer.js';
import { requirePersistence } from './persistence.js';
import { connectToProxy, openTunnel } from './tunnel.js';

/** A proxy, and the logon to it. */
export interface ProxyLogon {
  readonly destination: Destination;
  readonly logon: Logon;
}

/** What {@link AuthenticatedConnections} need. */
export interface ConnectionSettings {
  /** The logons by their origins. No other origin has a connection. */
  readonly logons: ReadonlyMap<string, Logon>;
  readonly proxy: ProxyLogon | undefined;
  readonly authenticate: AuthenticationScope;
  readonly channelBindings: ChannelBindingChoice;
  /** Why a server that requires no authentication gets no request; undefined if it gets requests. */
  readonly problemOfOpen: string | undefined;
  readonly probe: { readonly method: string; readonly path: string | undefined };
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ClientEvent) => void;
}

type Preparation = Fields | ConnectAgain | undefined;
/** What follows the answer of an origin. */
type Next = (connection: NewConnection, answer: Answer) => Promise<Preparation>;

/** What an unexpected 401 says about a connection, by its state. */
const REASONS = {
  open: 'the server required no authentication when the connection was made: set the option probe to a method and a path that require it',
  authenticated:
    "the server no longer accepts the authentication of this connection: if it authenticates each request, use the option authenticate: 'request'",
  'for-one-request':
    'the server accepted the credentials in the handshake, and then not in the request: does the path of the request require another user?',
} as const;
const OWN_AUTHORIZATION =
  "the request has an Authorization field of its own (axios' auth, a password in the URL): remove it";

/** The state of a connection in use. */
interface ConnectionState {
  readonly origin: string;
  /** `unconfirmed`: no answer on this connection showed whether the server accepts the credentials. */
  readonly state: keyof typeof REASONS | 'unconfirmed';
}

/** Authenticates each new connection of the agents. */
export class AuthenticatedConnections implements ConnectionHooks {
  readonly isForwardProxy: boolean;
  readonly isForOneRequest: boolean;
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly connect: ConnectionHooks['connect'];
  readonly ownFields = undefined;
  readonly connectSignal = undefined;
  readonly #settings: ConnectionSettings;
  readonly #states = new WeakMap<Socket, ConnectionState>();

  constructor(settings: ConnectionSettings) {
    const { proxy, authenticate, timeout, signal } = settings;
    this.#settings = settings;
    this.isForwardProxy = proxy !== undefined;
    this.isForOneRequest = authenticate === 'request';
    this.timeout = timeout;
    this.signal = signal;
    this.connect = proxy === undefined ? undefined : connectThrough(proxy);
  }

  checkDestination({ origin }: Destination): void {
    this.signal.throwIfAborted();
    this.#logonOf(origin).check();
    this.#settings.proxy?.logon.check();
  }

  prepare(connection: NewConnection): Promise<Preparation> {
    return this.#reachOrigin(connection, (own, answer) => this.#logOn(own, answer));
  }

  readonly onAnswer: NonNullable<ConnectionHooks['onAnswer']> = (
    socket,
    status,
    head,
    canRepeat,
  ) => {
    if (status !== ORIGIN.status && status !== PROXY.status) return 'keep';
    const connection = this.#states.get(socket);
    if (connection === undefined) return 'keep';
    if (status === PROXY.status) return this.#onProxyAnswer(connection);
    const { origin, state } = connection;
    if (state === 'unconfirmed') {
      this.#logonOf(origin).rejectRequest(status);
      return 'close';
    }
    const hasOwn = state !== 'for-one-request' && /^authorization:/im.test(head);
    const problem = hasOwn ? OWN_AUTHORIZATION : REASONS[state];
    const repeated = canRepeat && state === 'authenticated' && !hasOwn;
    this.#reportUnauthorized(connection, problem, { status, peer: ORIGIN.kind }, repeated);
    return repeated ? 'repeat' : 'close';
  };

  timeoutError({ origin }: Destination): HttpAuthError {
    const problem = `the connection to ${origin} took longer than ${this.timeout} ms`;
    return new HttpAuthError('ERR_HTTP_AUTH_TIMEOUT', problem);
  }

  #onProxyAnswer(connection: ConnectionState): 'keep' | 'close' {
    if (!this.isForwardProxy) return 'keep';
    const problem = 'the proxy no longer accepts the authentication of this connection';
    this.#reportUnauthorized(connection, problem, { status: PROXY.status, peer: PROXY.kind });
    return 'close';
  }

  #reportUnauthorized(
    { origin, state }: ConnectionState,
    problem: string,
    details: HttpAuthErrorDetails,
    repeated = false,
  ): void {
    const isRejection = state === 'for-one-request' && details.peer === ORIGIN.kind;
    const code = isRejection ? 'ERR_HTTP_AUTH_REJECTED' : 'ERR_HTTP_AUTH_NOT_PERSISTENT';
    const error = new HttpAuthError(code, problem, details);
    this.#settings.onEvent({ type: 'unauthorized', origin, error, repeated });
  }

  #logonOf(origin: string): Logon {
    const logon = this.#settings.logons.get(origin);
    if (logon !== undefined) return logon;
    const problem = `${origin} is not one of the origins that get the credentials: add it to the option origins, or if it is a proxy of the environment, pass proxy: false to axios`;
    throw new HttpAuthError('ERR_HTTP_AUTH_ORIGIN', problem);
  }

  #channelOf(connection: NewConnection, peer: Peer): Channel {
    const { probe, channelBindings } = this.#settings;
    const { socket, destination, path, signal } = connection;
    const { origin } = destination;
    const { host } = new URL(origin);
    const own = probe.path ?? path;
    const target = this.#isBehindProxy(connection) && own.startsWith('/') ? origin + own : own;
    const request = { peer, method: probe.method, target, host };
    return openChannel(socket, signal, request, () => channelBindingsOf(socket, channelBindings));
  }

  #isBehindProxy({ destination: { protocol } }: NewConnection): boolean {
    return this.isForwardProxy && protocol === 'http:';
  }

  /** Sends the first request, logs on to the forward proxy if there is one, and goes on with the origin's answer. */
  async #reachOrigin(connection: NewConnection, next: Next): Promise<Preparation> {
    const { proxy } = this.#settings;
    if (proxy === undefined || !this.#isBehindProxy(connection)) {
      return next(connection, await this.#channelOf(connection, ORIGIN).send());
    }
    const channel = this.#channelOf(connection, PROXY);
    const first = await channel.send();
    const result = await proxy.logon.run(first, channel);
    if (result === undefined) return next(connection, requireSupport(first));
    if (!hasOwn(result, 'again')) return next(connection, requireSupport(result.answer));
    return new ConnectAgain(async (other) => {
      const { answer } = await result.again(this.#channelOf(other, PROXY));
      return next(other, requireSupport(answer));
    });
  }

  async #logOn(connection: NewConnection, answer: Answer): Promise<Preparation> {
    const logon = this.#logonOf(connection.destination.origin);
    const result = await logon.run(answer, this.#channelOf(connection, ORIGIN));
    if (result === undefined) return this.#handOverOpen(connection, answer);
    if (!hasOwn(result, 'again')) return this.#handOver(connection, result);
    const next: Next = async (other) =>
      this.#handOver(other, await result.again(this.#channelOf(other, ORIGIN)));
    return new ConnectAgain((other) =>
      this.#isBehindProxy(other) ? this.#reachOrigin(other, next) : next(other, answer),
    );
  }

  /** Hands over a connection to an origin that requires no authentication. */
  #handOverOpen(connection: NewConnection, { status, canContinue }: Answer): Preparation {
    const { problemOfOpen } = this.#settings;
    if (problemOfOpen !== undefined) {
      const problem = `the server required no authentication, so that ${problemOfOpen}: set the option probe to a method and a path that require it`;
      throw protocolError(problem, { status, peer: ORIGIN.kind });
    }
    const setOpen = ({ socket, destination: { origin } }: NewConnection): undefined => {
      this.#states.set(socket, { origin, state: 'open' });
    };
    return canContinue ? setOpen(connection) : new ConnectAgain(async (other) => setOpen(other));
  }

  #handOver({ socket, destination }: NewConnection, result: HandshakeResult): Preparation {
    const { origin } = destination;
    const { authorization, answer, isAccepted } = result;
    const isForOneRequest = authorization !== undefined;
    if (!isForOneRequest) requirePersistence(answer);
    const known = isForOneRequest ? 'for-one-request' : 'authenticated';
    this.#states.set(socket, { origin, state: isAccepted ? known : 'unconfirmed' });
    return isForOneRequest ? { [ORIGIN.authorization]: authorization } : undefined;
  }
}

function connectThrough({ destination: proxy, logon }: ProxyLogon): ConnectionHooks['connect'] {
  return (destination, signal) =>
    destination.protocol === 'https:'
      ? openTunnel(proxy, logon, destination, signal)
      : connectToProxy(proxy, signal);
}

/** Only such a proxy keeps one connection to the origin for each connection of a client (RFC 4559 6). */
function requireSupport(answer: Answer): Answer {
  const { status, fields } = answer;
  const features = (fields.get('proxy-support') ?? []).join(',').toLowerCase().split(',');
  const isSupported = features.some((name) => trimSpaces(name) === 'session-based-authentication');
  if (status !== 401 || isSupported) return answer;
  const problem =
    'the server requires authentication, and the proxy does not send Proxy-Support: Session-Based-Authentication';
  const details = { status, peer: PROXY.kind };
  throw new HttpAuthError('ERR_HTTP_AUTH_PROXY_SUPPORT', problem, details);
}
