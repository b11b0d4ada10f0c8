import { once } from 'node:events';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { ACCOUNTS } from '../../support/sspi.js';
import { sspi } from './client-server.js';

/** One request without a body that a raw server has received. */
export interface RawRequest {
  readonly socket: Socket;
  readonly method: string;
  readonly target: string;
  /** The values by names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** The token of Authorization or Proxy-Authorization. */
  readonly token: Buffer | undefined;
  /** The number of the connection, and of the request on it. */
  readonly connection: number;
  readonly index: number;
}

/** What to send: text, or nothing if the handler sends by itself. */
export type RawHandler = (request: RawRequest) => unknown;

/** A server that sends any bytes. */
export class RawServer {
  readonly requests: RawRequest[] = [];
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(handler: RawHandler) {
    this.#server = net.createServer((socket) => {
      const connection = this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      let text = '';
      let index = 0;
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
          const request = parse(text.slice(0, end), socket, connection, index++);
          text = text.slice(end + 4);
          this.requests.push(request);
          Promise.resolve(handler(request)).then((answer) => {
            if (typeof answer === 'string') socket.write(answer, 'latin1');
          });
        }
      });
    });
  }

  static async open(handler: RawHandler): Promise<RawServer> {
    const opened = new RawServer(handler);
    opened.#server.listen(0, '127.0.0.1');
    await once(opened.#server, 'listening');
    return opened;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** The tokens of all requests. */
  get tokens(): Buffer[] {
    return this.requests.flatMap(({ token }) => token ?? []);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function parse(head: string, socket: Socket, connection: number, index: number): RawRequest {
  const [line = '', ...lines] = head.split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const fields = new Map(
    lines.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const value = fields.get('authorization') ?? fields.get('proxy-authorization') ?? '';
  const text = /^\w+ (\S+)$/.exec(value)?.[1];
  const token = text === undefined ? undefined : Buffer.from(text, 'base64');
  return { socket, method, target, fields, token, connection, index };
}

/** An answer without a body. */
export function answer(status: number, ...fields: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status} Text`, 'Content-Length: 0', ...fields];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A 401 with these challenges. */
export function challenge(...values: readonly string[]): string {
  return answer(401, ...values.map((value) => `WWW-Authenticate: ${value}`));
}

/** Makes the tokens of a server, one context for each connection. */
export async function acceptor(
  name: 'NTLM' | 'Negotiate' = 'NTLM',
): Promise<
  (request: Pick<RawRequest, 'socket' | 'token'>) => Promise<{ token: string; done: boolean }>
> {
  const credentials = await sspi.acquireCredentialsHandle({
    package: name,
    use: 'inbound',
    accounts: ACCOUNTS,
    names: { computer: 'SRV1', domain: 'TESTDOM' },
  });
  const contexts = new Map<Socket, ReturnType<typeof sspi.acceptSecurityContext>>();
  return async ({ socket, token }) => {
    const context = contexts.get(socket) ?? sspi.acceptSecurityContext(credentials);
    contexts.set(socket, context);
    const step = await context.step(token);
    return { token: Buffer.from(step.token).toString('base64'), done: step.done };
  };
}
