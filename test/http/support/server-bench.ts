import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerOptions,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import {
  type NegotiateEvent,
  type NegotiateMiddleware,
  type NegotiateOptions,
  negotiate,
} from '../../../src/http-auth.js';
import { PATIENT } from '../../support/patience.js';

/** Twenty users whose names begin with each other's, two with the same password. */
export const USERS: readonly string[] = Array.from({ length: 20 }, (_, index) => `user${index}`);

export function passwordOf(user: string): string {
  return user === 'user1' ? 'secret-user0' : `secret-${user}`;
}

export const accounts: NonNullable<NegotiateOptions['accounts']> = ({ user, domain }) =>
  domain === 'EXAMPLE' && (USERS.includes(user) || user.toLowerCase() === 'guest')
    ? { password: passwordOf(user) }
    : undefined;

export interface BenchOptions extends NegotiateOptions {
  readonly tls?: { readonly key: string; readonly cert: string; readonly secureOptions?: number };
  readonly http?: ServerOptions;
  /** Serves the requests instead of {@link tellUser}. */
  readonly serve?: (middleware: NegotiateMiddleware) => RequestListener;
}

/** The number of bytes of a body. */
export async function sizeOf(request: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
  return size;
}

/** Answers with the user, whether the connection kept him, and the size of the body. */
const tellUser =
  (middleware: NegotiateMiddleware): RequestListener =>
  (request, response) => {
    middleware(request, response, async () => {
      const size = await sizeOf(request);
      response.end(`${request.auth?.name} ${request.auth?.persisted} ${size}`);
    });
  };

/** A server of the middleware on 127.0.0.1. */
export class ServerBench implements AsyncDisposable {
  readonly events: NegotiateEvent[] = [];
  /** The connections that were accepted, in their order. */
  readonly sockets: Socket[] = [];
  readonly middleware: NegotiateMiddleware;
  readonly server: Server;
  readonly isTls: boolean;

  private constructor({ tls, http = {}, serve = tellUser, ...options }: BenchOptions) {
    this.middleware = negotiate({
      accounts: options.credentials === undefined ? accounts : undefined,
      onEvent: (event) => this.events.push(event),
      ...options,
      limits: { handshakeTimeout: PATIENT, ...options.limits },
    });
    const listener = serve(this.middleware);
    this.isTls = tls !== undefined;
    const patient = { keepAliveTimeout: PATIENT, ...http };
    this.server =
      tls === undefined
        ? createServer(patient, listener)
        : createSecureServer({ ...patient, ...tls }, listener);
  }

  static async open(options: BenchOptions = {}, host = '127.0.0.1'): Promise<ServerBench> {
    const bench = new ServerBench(options);
    bench.server.on('connection', (socket) => bench.sockets.push(socket));
    bench.server.listen(0, host);
    await once(bench.server, 'listening');
    return bench;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.middleware.close();
    this.server.close();
    (this.server as unknown as { closeAllConnections(): void }).closeAllConnections();
    await once(this.server, 'close');
  }
}
