import net, { type Socket, type TcpNetConnectOpts } from 'node:net';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import {
  Deadline,
  destroyQuietly,
  errorOf,
  prematureCloseError,
  waitForSocket,
  waitWhileOpen,
} from './deadline.js';
import { servernameOf } from './destination.js';
import { ConnectAgain, type ConnectionHooks, type Destination, type Fields } from './hooks.js';

export interface ConnectionRequest {
  readonly destination: Destination;
  /** The request target, for `prepare`. */
  readonly path: string;
  /** Options of `net.connect`, which `hooks.connect` replaces. Those that say where it connects have no effect. */
  readonly options?: object | undefined;
  /** Options of `tls.connect`. Those of a request are none of them: it could change whose certificate is expected. */
  readonly tls?: ConnectionOptions | undefined;
  /** Each of them ends the work. Its reason is the error. */
  readonly signals?: readonly AbortSignal[] | undefined;
}

export interface OpenConnection {
  readonly socket: Socket;
  /** The result of `prepare`. */
  readonly fields: Fields | undefined;
}

/** How many connections are made in place of one. */
const MAX_CONNECTIONS = 4;

/**
 * Connects, completes TLS if the protocol is https, and prepares the connection. The socket that it resolves to has
 * no listener and no timer of this layer, and no data to read.
 *
 * @throws what `checkDestination`, `connect` and `prepare` throw; errors of net and tls as they are; `timeoutError`;
 * the reason of a signal. No socket is then left open.
 */
export async function openConnection(
  hooks: ConnectionHooks,
  request: ConnectionRequest,
): Promise<OpenConnection> {
  const { destination, path, signals = [] } = request;
  hooks.checkDestination(destination);
  const timeoutError = () => hooks.timeoutError(destination);
  const closeSignal = hooks.connectSignal ?? hooks.signal;
  const deadline = new Deadline(hooks.timeout, timeoutError, [closeSignal, ...signals]);
  const { signal } = deadline;
  let socket: Socket | undefined;
  try {
    signal.throwIfAborted();
    let preparing: Pick<ConnectionHooks, 'prepare'> = hooks;
    for (let count = 1; count <= MAX_CONNECTIONS; count++) {
      socket = await connect(hooks, request, signal);
      if (destination.protocol === 'https:') socket = await startTls(socket, request, signal);
      const work = preparing.prepare({ socket, destination, path, signal });
      const prepared = await waitWhileOpen(socket, signal, work);
      if (!(prepared instanceof ConnectAgain)) {
        checkUnused(socket);
        return { socket, fields: prepared };
      }
      destroyQuietly(socket);
      preparing = prepared;
    }
    throw prematureCloseError();
  } catch (error) {
    if (socket !== undefined) destroyQuietly(socket);
    throw errorOf(error);
  } finally {
    deadline.end();
  }
}

async function connect(
  hooks: ConnectionHooks,
  { destination, options }: ConnectionRequest,
  signal: AbortSignal,
): Promise<Socket> {
  if (hooks.connect !== undefined) return waitForSocket(hooks.connect(destination, signal), signal);
  const { hostname: host, port } = destination;
  // A path would be that of a pipe. The time of the making is limited already.
  const where = { host, port, path: undefined, timeout: undefined };
  const socket = net.connect({ noDelay: true, ...options, ...where } as TcpNetConnectOpts);
  await waitWhileOpen(socket, signal, waitFor(socket, 'connect'));
  return socket;
}

async function startTls(
  raw: Socket,
  { destination: { hostname }, tls: options = {} }: ConnectionRequest,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { session: _, ...others } = options;
  const socket = tls.connect({
    servername: servernameOf(hostname),
    ...others,
    host: hostname,
    socket: raw,
    // RFC 7301. HTTP/2 has no state of a connection that a request could rely on.
    ALPNProtocols: ['http/1.1'],
  });
  await waitWhileOpen(socket, signal, waitFor(socket, 'secureConnect'));
  const { alpnProtocol } = socket;
  if (alpnProtocol !== false && alpnProtocol !== 'http/1.1') {
    destroyQuietly(socket);
    throw violationError(`the server chose the protocol ${alpnProtocol}, which was not offered`);
  }
  return socket;
}

function waitFor(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}

/** Bytes that the server sent without a request would be taken for the answer to the first request. */
function checkUnused(socket: Socket): void {
  if (socket.destroyed || !socket.readable || !socket.writable) throw prematureCloseError();
  if (socket.readableLength > 0) throw violationError('the server sent data before a request');
}

function violationError(message: string): Error {
  return Object.assign(new Error(message), { code: 'EPROTO' });
}
