import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls, { type ConnectionOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import { generate } from 'selfsigned';

/** SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3; node:constants does not have it. */
export const NO_EXTENDED_MASTER_SECRET = 1;

export interface TlsPair {
  readonly client: TLSSocket;
  readonly server: TLSSocket;
  /** The first session that the client can resume. With TLS 1.3 it comes after the server's first write. */
  readonly session: Promise<Buffer>;
}

/** A TLS server on 127.0.0.1 with its connections. */
export class TlsBench {
  readonly #server: tls.Server;
  readonly #sockets: TLSSocket[] = [];

  private constructor(server: tls.Server) {
    this.#server = server;
  }

  static async open(options: TlsOptions = {}): Promise<TlsBench> {
    const server = tls.createServer({ ...(options.cert ? {} : await certificate()), ...options });
    const bench = new TlsBench(server);
    server.on('secureConnection', (socket) => {
      bench.#sockets.push(socket);
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return bench;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  onConnection(listener: (socket: TLSSocket) => void): void {
    this.#server.on('secureConnection', listener);
  }

  /** Both ends of a new connection with a complete handshake. */
  async connect(options: ConnectionOptions = {}): Promise<TlsPair> {
    const accepted = once(this.#server, 'secureConnection');
    const host = '127.0.0.1';
    const client = tls.connect({ port: this.port, host, rejectUnauthorized: false, ...options });
    this.#sockets.push(client);
    client.on('error', () => {});
    const session = new Promise<Buffer>((resolve) => client.once('session', resolve));
    await once(client, 'secureConnect');
    const [server] = (await accepted) as [TLSSocket];
    return { client, server, session };
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

async function certificate(): Promise<{ cert: string; key: string }> {
  const attributes = [{ name: 'commonName', value: 'localhost' }];
  const made = await generate(attributes, {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha384',
  });
  return { cert: made.cert, key: made.private };
}
