// One TLS 1.3 connection to the example's server, for any number of requests.
import http, { type IncomingHttpHeaders } from 'node:http';
import tls, { type TLSSocket } from 'node:tls';
import type { Setup } from './messages.js';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
}

export class Connection {
  readonly socket: TLSSocket;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    this.#agent.createConnection = () => socket;
  }

  /** Resolves when the handshake is finished, and with it the exporter value is known. */
  static open({ certificate, port = 0 }: Setup): Promise<Connection> {
    const server = { host: '127.0.0.1', port, servername: 'localhost', ca: certificate };
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ ...server, minVersion: 'TLSv1.3' }, () =>
        resolve(new Connection(socket)),
      );
      socket.once('error', reject);
    });
  }

  get(path: string, headers: Record<string, string>): Promise<Answer> {
    const options = { path, headers: { host: 'localhost', ...headers }, agent: this.#agent };
    return new Promise((resolve, reject) => {
      const request = http.get(options, (response) => {
        response.resume().once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers });
        });
      });
      request.once('error', reject);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
