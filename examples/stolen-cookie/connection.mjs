// One TLS 1.3 connection to the server, for any number of requests.
import http from 'node:http';
import tls from 'node:tls';

export class Connection {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  /** @param {tls.TLSSocket} socket */
  constructor(socket) {
    this.socket = socket;
    this.#agent.createConnection = () => socket;
  }

  /**
   * Resolves when the TLS handshake is complete: only then is there keying material to export.
   *
   * @param {import('./messages.mjs').Setup} setup
   * @returns {Promise<Connection>}
   */
  static open({ certificate, port }) {
    const server = { host: '127.0.0.1', port, servername: 'localhost', ca: certificate };
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ ...server, minVersion: 'TLSv1.3' }, () =>
        resolve(new Connection(socket)),
      );
      socket.once('error', reject);
    });
  }

  /** @returns {Promise<{ status: number, headers: http.IncomingHttpHeaders }>} */
  get(path, headers) {
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

  close() {
    this.socket.destroy();
  }
}
