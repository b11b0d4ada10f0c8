import net, { type Socket } from 'node:net';

/**
 * Connects a client to a server that authenticates as an origin, so that the client takes it for a proxy. Connections
 * stay one to one.
 */
export function connectAsProxy(client: Socket, port: number): void {
  const server = net.connect(port, '127.0.0.1');
  pass(client, server, (text) => text.replace(/^Proxy-Authorization:/gim, 'Authorization:'));
  pass(server, client, (text) =>
    text
      .replace(/^HTTP\/1\.1 401 /gm, 'HTTP/1.1 407 ')
      .replace(/^WWW-Authenticate:/gim, 'Proxy-Authenticate:'),
  );
}

/** Each message is short enough to come in one piece, and no body looks like a field. */
function pass(from: Socket, to: Socket, change: (text: string) => string): void {
  from.on('data', (chunk) => to.write(change(chunk.toString('latin1')), 'latin1'));
  from.on('close', () => to.destroy());
  from.on('error', () => {});
}
