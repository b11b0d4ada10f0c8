import type { Socket } from 'node:net';
import { encodeBase64url } from '../../../bytes/base64url.js';
import { exportKeyingMaterial } from '../../../tokenbinding/exporter.js';
import type { BindingType, KeyType } from '../../../tokenbinding/types.js';
import { destroyQuietly } from '../../connection/deadline.js';
import type {
  ConnectionHooks,
  Destination,
  Fields,
  NewConnection,
} from '../../connection/hooks.js';
import { MESSAGE } from '../fields.js';
import type { ClientSettings, Referred } from './check-options.js';

/** So many origins are remembered; the last ones. */
const MAX_ORIGINS = 1000;

/** Makes the field Sec-Token-Binding of each new connection. All requests of the connection have the same bytes. */
export class BoundConnections implements ConnectionHooks {
  readonly isForwardProxy = false;
  readonly isForOneRequest = false;
  readonly ownFields: readonly string[] = [MESSAGE.toLowerCase()];
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly #settings: ClientSettings;
  /** The origins that had the field on a connection. */
  readonly #provenOrigins = new Set<string>();
  readonly connect = undefined;
  readonly onAnswer = undefined;
  readonly connectSignal = undefined;
  /** Connections for redirects. */
  readonly #sockets = new Set<Socket>();

  /** @param signal aborted when the agents are closed */
  constructor(settings: ClientSettings, signal: AbortSignal) {
    this.#settings = settings;
    this.timeout = settings.timeout;
    this.signal = signal;
    const closeAll = () => {
      for (const socket of this.#sockets) destroyQuietly(socket, signal.reason);
    };
    signal.addEventListener('abort', closeAll, { once: true });
  }

  checkDestination(): void {
    this.signal.throwIfAborted();
  }

  prepare(connection: NewConnection): Promise<Fields | undefined> {
    return this.bind(connection, this.#settings.referred);
  }

  /**
   * The field for a connection.
   *
   * @returns undefined for a connection without Token Binding
   * @throws TokenBindingError ERR_TB_NOT_SUPPORTED if TLS 1.2 has no Extended Master Secret; ERR_TB_KEY_STORE;
   * ERR_TB_OS
   */
  async bind(
    { socket, destination }: NewConnection,
    referred: Referred | undefined,
  ): Promise<Fields | undefined> {
    if (!this.takesPart(destination)) return undefined;
    const { provider, keyType } = this.#settings;
    const ekm = exportKeyingMaterial(socket);
    const sign = async (bindingType: BindingType, targetUrl: string, type: KeyType) => {
      const request = { keyType: type, targetUrl, bindingType, ekm };
      return (await provider.generateBinding(request)).tokenBinding;
    };
    const bindings = [await sign('provided', `${destination.origin}/`, keyType)];
    if (referred !== undefined) {
      bindings.push(await sign('referred', referred.targetUrl, referred.keyType));
    }
    const message = await provider.generateMessage(bindings);
    this.#remember(destination.origin);
    return { [MESSAGE]: encodeBase64url(message) };
  }

  /** Closes a connection when the agents are closed. */
  closeWithAgents(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Whether connections to a server have a Token Binding. */
  takesPart({ protocol, origin }: Pick<Destination, 'origin'> & { protocol: string }): boolean {
    const { origins } = this.#settings;
    return protocol === 'https:' && (origins === undefined || origins.has(origin));
  }

  /** Whether a connection to the origin had the field. */
  hasProven(origin: string): boolean {
    return this.#provenOrigins.has(origin);
  }

  timeoutError({ origin }: Pick<Destination, 'origin'>): Error {
    const problem = `the connection to ${origin} took longer than ${this.timeout} ms`;
    return Object.assign(new Error(problem), { code: 'ETIMEDOUT' });
  }

  #remember(origin: string): void {
    this.#provenOrigins.delete(origin);
    this.#provenOrigins.add(origin);
    const [oldest] = this.#provenOrigins;
    if (this.#provenOrigins.size > MAX_ORIGINS) this.#provenOrigins.delete(oldest as string);
  }
}
