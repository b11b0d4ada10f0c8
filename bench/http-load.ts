// Loads a server over raw sockets, in a process of its own: an HTTP client would cost more than the server.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { openSspi } from '../src/sspi.js';
import { IDENTITY } from './http-account.js';

/** What the bench asks for: connections to a port, or requests on the connections to it. */
export type LoadOrder =
  | { readonly connect: number; readonly isAuthenticated: boolean }
  | { readonly load: number; readonly times: number };

const CONNECTIONS = 8;

/** A connection with one request at a time, whose answers all have the same length. */
class Connection {
  readonly #socket: Socket;
  #length = 0;

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay();
  }

  static async open(port: number, isAuthenticated: boolean): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const connection = new Connection(socket);
    if (isAuthenticated) await connection.#authenticate();
    const head = await connection.#exchange('');
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(head);
    connection.#length = head.length;
    return connection;
  }

  /** Sends requests one after the other. */
  send(times: number): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      let left = times * this.#length;
      let due = this.#length;
      const receive = (chunk: Buffer) => {
        left -= chunk.length;
        due -= chunk.length;
        if (left === 0) {
          socket.off('data', receive);
          resolve();
        } else if (due === 0) {
          due = this.#length;
          socket.write(REQUEST);
        }
      };
      if (times === 0) return resolve();
      socket.on('data', receive).write(REQUEST);
    });
  }

  async #authenticate(): Promise<void> {
    const sspi = openSspi({ provider: 'portable' });
    const request = { package: 'NTLM', use: 'outbound', identity: IDENTITY } as const;
    const credentials = await sspi.acquireCredentialsHandle(request);
    const context = sspi.initializeSecurityContext(credentials, { flags: ['integrity'] });
    const { token } = await context.step();
    const head = await this.#exchange(`Authorization: NTLM ${encode(token)}\r\n`);
    const [, challenge = ''] = /^www-authenticate: NTLM (\S+)\r$/im.exec(head) ?? [];
    const last = await context.step(Buffer.from(challenge, 'base64'));
    await this.#exchange(`Authorization: NTLM ${encode(last.token)}\r\n`);
    context.close();
    credentials.close();
  }

  /** Sends one request. Answers are so short that each arrives at once. */
  async #exchange(fields: string): Promise<string> {
    this.#socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}\r\n`);
    const [answer] = await once(this.#socket, 'data');
    return String(answer);
  }
}

const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
const connections = new Map<number, Connection[]>();

function encode(token: Uint8Array): string {
  return Buffer.from(token).toString('base64');
}

async function obey(order: LoadOrder): Promise<void> {
  if ('connect' in order) {
    const opened = Array.from({ length: CONNECTIONS }, () =>
      Connection.open(order.connect, order.isAuthenticated),
    );
    connections.set(order.connect, await Promise.all(opened));
  } else {
    const open = connections.get(order.load) ?? [];
    // The first connections send one request more if the number of requests is no multiple of theirs.
    const share = (index: number) => Math.ceil((order.times - index) / CONNECTIONS);
    await Promise.all(open.map((connection, index) => connection.send(Math.max(0, share(index)))));
  }
}

process.on('message', (order: LoadOrder) => {
  obey(order).then(
    () => process.send?.('done'),
    (error) => {
      throw error;
    },
  );
});
process.send?.('ready');
process.once('disconnect', () => process.exit());
