import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import net, { type AddressInfo } from 'node:net';
import {
  type NegotiateEvent,
  type NegotiateMiddleware,
  type NegotiateOptions,
  negotiate,
} from '../../../src/http-auth.js';
import { SspiError } from '../../../src/sspi.js';
import { PATIENT } from '../../support/patience.js';
import type { Account } from '../accounts.js';
import type { Certificate } from './certificate.js';
import { connectAsProxy } from './proxy-fields.js';

export interface ServerOptions {
  /** Absent: no NTLM. */
  readonly accounts?: readonly Account[];
  /** With it the server speaks TLS. */
  readonly certificate?: Certificate | undefined;
  /** Makes it a proxy for its clients, which answers requests itself. */
  readonly isProxy?: boolean;
  readonly negotiate?: NegotiateOptions;
}

/** A plain server with `negotiate`. It answers with the name of the user and the number of bytes received. */
export class OurServer {
  /** The fields of each request, in order. */
  readonly requests: IncomingHttpHeaders[] = [];
  readonly events: NegotiateEvent[] = [];
  readonly #byConnection = new Map<net.Socket, IncomingHttpHeaders[]>();
  readonly #middleware: NegotiateMiddleware;
  readonly #server: Server;
  readonly #front: net.Server | undefined;
  readonly #protocol: string;

  private constructor({ accounts, certificate, isProxy, negotiate: more }: ServerOptions) {
    this.#middleware = negotiate({
      ...(accounts && {
        accounts: ({ user, domain }) =>
          accounts.find((account) => account.user === user && account.domain === domain),
        names: { computer: 'SRV', domain: 'DOM' },
      }),
      onEvent: (event) => this.events.push(event),
      ...more,
      limits: { handshakeTimeout: PATIENT, ...more?.limits },
    });
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      this.requests.push(request.headers);
      const earlier = this.#byConnection.get(request.socket) ?? [];
      this.#byConnection.set(request.socket, [...earlier, request.headers]);
      this.#middleware(request, response, () => answer(request, response));
    };
    this.#server =
      certificate === undefined ? createServer(handle) : createTlsServer(certificate, handle);
    this.#server.keepAliveTimeout = PATIENT;
    this.#protocol = certificate === undefined ? 'http' : 'https';
    if (isProxy) this.#front = net.createServer((socket) => connectAsProxy(socket, this.#port));
  }

  static async open(options: ServerOptions): Promise<OurServer> {
    const opened = new OurServer(options);
    for (const server of [opened.#server, opened.#front]) {
      if (server === undefined) continue;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return opened;
  }

  get url(): string {
    return `${this.#protocol}://127.0.0.1:${portOf(this.#front ?? this.#server)}/`;
  }

  /** The field Authorization of each request, in order; an empty text if there is none. */
  get authorizations(): string[] {
    return this.requests.map(({ authorization = '' }) => authorization);
  }

  /** The same for each connection. */
  get authorizationsByConnection(): string[][] {
    return [...this.#byConnection.values()].map((requests) =>
      requests.map(({ authorization = '' }) => authorization),
    );
  }

  /** The codes of SspiError of all refused requests. */
  get refusals(): string[] {
    return this.events
      .filter(({ type }) => type !== 'authenticated')
      .map(({ type, error }) => (error instanceof SspiError ? error.code : type));
  }

  close(): void {
    this.#middleware.close();
    this.#front?.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #port(): number {
    return portOf(this.#server);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
  const body = `${request.auth?.name} ${size}`;
  const type = 'text/plain; charset=utf-8';
  const fields = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
  response.writeHead(200, fields).end(body);
}

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}
