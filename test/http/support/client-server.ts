import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  type AcceptOptions,
  type Credentials,
  openSspi,
  type SecurityContext,
  type Sspi,
  SspiError,
  tlsServerEndPoint,
} from '../../../src/sspi.js';
import { PATIENT } from '../../support/patience.js';
import { ACCOUNTS } from '../../support/sspi.js';

/** One request that a server has seen. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** The number of its connection. */
  readonly connection: number;
  readonly user: string | undefined;
  readonly bodyLength: number;
}

export interface AuthServerOptions {
  readonly tls?: ServerOptions;
  readonly schemes?: readonly ('Negotiate' | 'NTLM')[];
  /** Authenticates each request by itself. */
  readonly perRequest?: boolean;
  readonly accept?: AcceptOptions;
  /** Fields of every answer. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Whether a connection loses its user at a request. */
  readonly forgets?: (request: IncomingMessage) => boolean;
  /** Whether a path is for everybody. */
  readonly isPublic?: (url: string) => boolean;
}

interface Connection {
  readonly number: number;
  context?: SecurityContext | undefined;
  user?: string | undefined;
}

export const sspi: Sspi = openSspi({ provider: 'portable' });

/**
 * A server whose connections authenticate over our SSPI. With TLS it requires channel bindings. It answers with the
 * name of the user and the number of bytes received.
 */
export class AuthServer {
  readonly seen: Seen[] = [];
  /** Tokens of clients, in order. */
  readonly tokens: Buffer[] = [];
  /** Codes of rejected handshakes. */
  readonly rejections: string[] = [];
  handshakes = 0;
  connections = 0;
  readonly server: http.Server | https.Server;
  readonly #options: AuthServerOptions;
  readonly #credentials: ReadonlyMap<string, Credentials>;
  readonly #state = new WeakMap<Socket, Connection>();

  private constructor(options: AuthServerOptions, credentials: ReadonlyMap<string, Credentials>) {
    this.#options = options;
    this.#credentials = credentials;
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch((error) => response.destroy(error));
    };
    const { tls } = options;
    this.server = tls ? https.createServer(tls, listener) : http.createServer(listener);
    this.server.keepAliveTimeout = PATIENT;
    this.server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#state.set(socket, { number: this.connections++ });
      socket.on('error', () => {});
    });
  }

  static async open(options: AuthServerOptions = {}): Promise<AuthServer> {
    const credentials = new Map<string, Credentials>();
    for (const name of ['Negotiate', 'NTLM']) {
      const names = { computer: 'SRV1', domain: 'TESTDOM' };
      const request = { package: name, use: 'inbound', accounts: ACCOUNTS, names } as const;
      credentials.set(name, await sspi.acquireCredentialsHandle(request));
    }
    const opened = new AuthServer(options, credentials);
    opened.server.listen(0, '127.0.0.1');
    await once(opened.server, 'listening');
    return opened;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.#options.tls ? 'https' : 'http'}://localhost:${this.port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    for (const credentials of this.#credentials.values()) credentials.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bodyLength = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) bodyLength += chunk.length;
    const connection = this.#state.get(request.socket) as Connection;
    const { method = '', url = '', headers } = request;
    const [, scheme, token] = /^(\w+) (\S+)$/.exec(headers.authorization ?? '') ?? [];
    const { perRequest, forgets } = this.#options;
    const isForgotten = token === undefined && (perRequest || forgets?.(request));
    if (isForgotten) connection.user = undefined;
    const answer = token === undefined ? '' : await this.#step(connection, request, scheme, token);
    const { user } = connection;
    this.seen.push({ method, url, headers, connection: connection.number, user, bodyLength });
    for (const [name, value] of Object.entries(this.#options.fields ?? {})) {
      response.setHeader(name, value);
    }
    if (user !== undefined || this.#options.isPublic?.(url)) {
      if (answer !== '') response.setHeader('WWW-Authenticate', `${scheme} ${answer}`);
      this.#end(response, 200, `${user ?? 'anybody'} ${bodyLength}`);
      return;
    }
    const { schemes = ['Negotiate', 'NTLM'] } = this.#options;
    const challenges = answer === '' ? [...schemes, 'Basic realm="x"'] : [`${scheme} ${answer}`];
    response.setHeader('WWW-Authenticate', challenges);
    this.#end(response, 401, '401');
  }

  #end(response: ServerResponse, status: number, body: string): void {
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body) }).end(body);
  }

  async #step(
    connection: Connection,
    { socket }: IncomingMessage,
    scheme = '',
    token = '',
  ): Promise<string> {
    connection.user = undefined;
    connection.context ??= this.#accept(scheme, socket);
    const bytes = Buffer.from(token, 'base64');
    this.tokens.push(bytes);
    try {
      const step = await connection.context.step(bytes);
      if (step.done) {
        this.handshakes++;
        connection.user = connection.context.queryContextAttributes('names').userName;
        this.#drop(connection);
      }
      return Buffer.from(step.token).toString('base64');
    } catch (error) {
      if (!(error instanceof SspiError)) throw error;
      this.rejections.push(error.code);
      this.#drop(connection);
      return '';
    }
  }

  #accept(scheme: string, socket: Socket): SecurityContext {
    const credentials = this.#credentials.get(scheme) as Credentials;
    const isTls = socket instanceof TLSSocket;
    const bindings = isTls ? { channelBindings: tlsServerEndPoint(socket, 'server') } : {};
    return sspi.acceptSecurityContext(credentials, { ...bindings, ...this.#options.accept });
  }

  #drop(connection: Connection): void {
    connection.context?.close();
    connection.context = undefined;
  }
}
