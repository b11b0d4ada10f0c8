import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Credentials, SecurityContext } from '../../../src/sspi.js';
import { SspiError } from '../../../src/sspi.js';
import { PATIENT } from '../../support/patience.js';
import { ACCOUNTS } from '../../support/sspi.js';
import { sspi } from './client-server.js';

export interface AuthProxyOptions {
  /** Whether clients must authenticate. */
  readonly isOpen?: boolean;
  /** Whether it says Proxy-Support: Session-Based-Authentication. */
  readonly supportsSessions?: boolean;
  /** Closes the connection after its first 407. */
  readonly closesFirst?: boolean;
}

interface Connection {
  context?: SecurityContext | undefined;
  user?: string | undefined;
  upstream?: http.Agent;
}

/** A proxy that authenticates connections with NTLM, for tunnels and for http:. */
export class AuthProxy {
  readonly requests: { readonly method: string; readonly url: string; readonly user: string }[] =
    [];
  readonly rejections: string[] = [];
  connections = 0;
  handshakes = 0;
  readonly #options: AuthProxyOptions;
  readonly #credentials: Credentials;
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();
  readonly #state = new WeakMap<Socket, Connection>();

  private constructor(options: AuthProxyOptions, credentials: Credentials) {
    this.#options = options;
    this.#credentials = credentials;
    this.#server = http.createServer((request, response) => {
      this.#forward(request, response).catch(() => response.destroy());
    });
    this.#server.keepAliveTimeout = PATIENT;
    this.#server.on('connection', (socket) => {
      this.connections++;
      this.#keep(socket);
    });
    this.#server.on('connect', (request, socket: Socket) => {
      this.#tunnel(request, socket).catch(() => socket.destroy());
    });
  }

  static async open(options: AuthProxyOptions = {}): Promise<AuthProxy> {
    const names = { computer: 'PROXY1', domain: 'TESTDOM' };
    const request = { package: 'NTLM', use: 'inbound', accounts: ACCOUNTS, names } as const;
    const proxy = new AuthProxy(options, await sspi.acquireCredentialsHandle(request));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#credentials.close();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }

  /** The fields of a 407, or undefined for a client that is authenticated. */
  async #challenge({ socket, headers }: IncomingMessage): Promise<string | undefined> {
    const connection = this.#state.get(socket) ?? {};
    this.#state.set(socket, connection);
    const token = /^NTLM (\S+)$/.exec(headers['proxy-authorization'] ?? '')?.[1];
    if (this.#options.isOpen || (connection.user !== undefined && token === undefined)) {
      return undefined;
    }
    if (token === undefined) return 'NTLM';
    connection.context ??= sspi.acceptSecurityContext(this.#credentials);
    try {
      const step = await connection.context.step(Buffer.from(token, 'base64'));
      if (!step.done) return `NTLM ${Buffer.from(step.token).toString('base64')}`;
      this.handshakes++;
      connection.user = connection.context.queryContextAttributes('names').userName;
      return undefined;
    } catch (error) {
      if (!(error instanceof SspiError)) throw error;
      this.rejections.push(error.code);
      return 'NTLM';
    }
  }

  #see({ method = '', url = '', socket }: IncomingMessage): void {
    this.requests.push({ method, url, user: this.#state.get(socket)?.user ?? '' });
  }

  async #tunnel(request: IncomingMessage, socket: Socket): Promise<void> {
    const challenge = await this.#challenge(request);
    this.#see(request);
    if (challenge !== undefined) {
      const close = this.#options.closesFirst && challenge === 'NTLM' ? 'close' : 'keep-alive';
      const fields = `Proxy-Authenticate: ${challenge}\r\nConnection: ${close}\r\n`;
      socket.write(`HTTP/1.1 407 No\r\n${fields}Content-Length: 0\r\n\r\n`);
      if (close === 'close') socket.end();
      // node:http gives a socket up after CONNECT: it gets it back.
      else this.#server.emit('connection', socket);
      this.connections--;
      if (close === 'close') this.connections++;
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const upstream = net.connect(Number(port), host);
    this.#keep(upstream);
    await once(upstream, 'connect');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const challenge = await this.#challenge(request);
    this.#see(request);
    if (challenge !== undefined) {
      response.writeHead(407, { 'Proxy-Authenticate': challenge }).end();
      return;
    }
    const connection = this.#state.get(request.socket) as Connection;
    connection.upstream ??= new http.Agent({ keepAlive: true, maxSockets: 1 });
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const { method, url = '' } = request;
    const sent = http.request(url, { method, headers, agent: connection.upstream });
    request.pipe(sent);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    if (this.#options.supportsSessions !== false) {
      response.setHeader('Proxy-Support', 'Session-Based-Authentication');
    }
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(response);
  }
}
