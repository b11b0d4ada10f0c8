import net, { type Socket } from 'node:net';
import { hasOwn } from '../../../bytes/has-own.js';
import { destroyQuietly, waitWhileOpen } from '../../connection/deadline.js';
import type { Destination } from '../../connection/hooks.js';
import type { Answer } from '../../connection/response-reader.js';
import { type Channel, openChannel } from './channel.js';
import { protocolError } from './failure.js';
import type { Logon, LogonAgain } from './logon.js';
import { PROXY } from './peer.js';

/** Connects to a proxy. */
export async function connectToProxy(
  { hostname: host, port }: Destination,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = net.connect({ host, port, noDelay: true });
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  await waitWhileOpen(socket, signal, connected);
  return socket;
}

/**
 * Opens a tunnel through a proxy (RFC 9110 9.3.6). The handshake with the proxy runs in requests with CONNECT.
 *
 * @throws HttpAuthError; errors of the socket
 */
export async function openTunnel(
  proxy: Destination,
  logon: Logon,
  destination: Destination,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await connectToProxy(proxy, signal);
  const channel = channelOf(socket, destination, signal);
  const result = await waitWhileOpen(socket, signal, connectThrough(channel, logon));
  if (!hasOwn(result, 'again')) return checkTunnel(socket, result.answer);
  destroyQuietly(socket);
  const other = await connectToProxy(proxy, signal);
  const again = result.again(channelOf(other, destination, signal));
  const { answer } = await waitWhileOpen(other, signal, again);
  return checkTunnel(other, answer);
}

async function connectThrough(
  channel: Channel,
  logon: Logon,
): Promise<{ readonly answer: Answer } | LogonAgain> {
  const answer = await channel.send();
  return (await logon.run(answer, channel)) ?? { answer };
}

function channelOf(socket: Socket, { hostname, port }: Destination, signal: AbortSignal): Channel {
  const target = net.isIPv6(hostname) ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  return openChannel(socket, signal, { peer: PROXY, method: 'CONNECT', target, host: target });
}

function checkTunnel(socket: Socket, { status }: Answer): Socket {
  const details = { status, peer: PROXY.kind };
  const isTunnel = status >= 200 && status <= 299;
  if (isTunnel && socket.readableLength === 0) return socket;
  destroyQuietly(socket);
  const problem = isTunnel
    ? 'the proxy sent data before the client'
    : `the proxy answers ${status} to CONNECT`;
  throw protocolError(problem, details);
}
