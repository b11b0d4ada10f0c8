import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A port of 127.0.0.1 that nothing listens on now. Another process can take it before the caller does. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until a server accepts connections on a port of 127.0.0.1, or fails if it ends. */
export async function untilAccepting(port: number, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const socket = net.connect(port, '127.0.0.1');
    const accepts = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (accepts) return;
    await wait(100);
  }
  throw new Error(`the server ended with ${server.exitCode}`);
}

/** Starts a server on free ports, and again on others if another process took one of them first. */
export async function onFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const ports: number[] = [];
    while (ports.length < count) {
      const port = await freePort();
      if (!ports.includes(port)) ports.push(port);
    }
    try {
      return await start(ports);
    } catch (error) {
      if (attempt === 5 || !/already in use|cannot bind/i.test(String(error))) throw error;
    }
  }
}
