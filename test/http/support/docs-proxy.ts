import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import {
  type AccountLookup,
  type Credentials,
  openSspi,
  type SecurityContext,
} from '../../../src/sspi.js';
import { PATIENT } from '../../support/patience.js';

const sspi = openSspi({ provider: 'portable' });

/** A forward proxy that requires NTLM for CONNECT. */
export class DocsProxy {
  readonly #server: Server;
  readonly #credentials: Credentials;
  readonly #contexts = new WeakMap<object, SecurityContext>();

  private constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#server = createServer();
    this.#server.keepAliveTimeout = PATIENT;
    this.#server.on('connect', (request, socket: Socket) => {
      this.#answer(request, socket).catch((error) => socket.destroy(error));
    });
  }

  static async open(accounts: AccountLookup): Promise<DocsProxy> {
    const request = { package: 'NTLM', use: 'inbound', accounts } as const;
    const proxy = new DocsProxy(await sspi.acquireCredentialsHandle(request));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#credentials.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, socket: Socket): Promise<void> {
    const [, text] = /^NTLM (\S+)$/.exec(request.headers['proxy-authorization'] ?? '') ?? [];
    if (text === undefined) return this.#ask(socket, '');
    const context = this.#contexts.get(socket) ?? sspi.acceptSecurityContext(this.#credentials, {});
    this.#contexts.set(socket, context);
    const { token, done } = await context.step(Buffer.from(text, 'base64'));
    if (!done) return this.#ask(socket, ` ${Buffer.from(token).toString('base64')}`);
    context.close();
    const [, host = '', port] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    const target = connect(Number(port), host);
    await once(target, 'connect');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    target.pipe(socket).pipe(target);
    for (const [one, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }

  /** Node's server has given up the socket of a CONNECT: the next one on it goes back to the server. */
  #ask(socket: Socket, token: string): void {
    socket.write(
      `HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM${token}\r\nContent-Length: 0\r\n\r\n`,
    );
    this.#server.emit('connection', socket);
  }
}
