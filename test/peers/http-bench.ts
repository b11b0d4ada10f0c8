import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type AcceptOptions,
  type Credentials,
  openSspi,
  type SecurityContext,
  SspiError,
} from '../../src/sspi.js';
import type { Account } from './accounts.js';

/** The header fields and the status that request NTLM. */
const KINDS = {
  origin: { status: 401, asks: 'www-authenticate', answers: 'authorization' },
  proxy: { status: 407, asks: 'proxy-authenticate', answers: 'proxy-authorization' },
} as const;

export interface BenchOptions {
  readonly kind?: keyof typeof KINDS;
  readonly accounts: readonly Account[];
  readonly accept?: AcceptOptions;
}

interface Connection {
  context?: SecurityContext | undefined;
  userName?: string;
}

const sspi = openSspi({ provider: 'portable' });

/**
 * A server, or a proxy that answers requests itself, that requires NTLM with our server of SSPI: one context for each
 * socket. Its answer has the name of the user and the number of bytes received.
 */
export class HttpBench {
  /** The received tokens, in order. */
  readonly tokens: Uint8Array[] = [];
  /** The errors of rejected handshakes. */
  readonly refusals: string[] = [];
  readonly #server: Server;
  readonly #credentials: Credentials;
  readonly #options: BenchOptions;
  readonly #connections = new WeakMap<Socket, Connection>();

  private constructor(credentials: Credentials, options: BenchOptions) {
    this.#credentials = credentials;
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => response.destroy(error));
    });
  }

  static async open(options: BenchOptions): Promise<HttpBench> {
    const credentials = await sspi.acquireCredentialsHandle({
      package: 'NTLM',
      use: 'inbound',
      accounts: ({ user, domain }) =>
        options.accounts.find((account) => account.user === user && account.domain === domain),
      names: { computer: 'BENCH', domain: 'DOM' },
    });
    const bench = new HttpBench(credentials, options);
    bench.#server.listen(0, '127.0.0.1');
    await once(bench.#server, 'listening');
    return bench;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
    const connection = this.#connections.get(request.socket) ?? {};
    this.#connections.set(request.socket, connection);
    const { status, asks, answers } = KINDS[this.#options.kind ?? 'origin'];
    const token = /^NTLM ([A-Za-z0-9+/=]+)$/.exec(String(request.headers[answers]))?.[1];
    let challenge = '';
    if (token !== undefined) {
      const step = await this.#step(connection, Buffer.from(token, 'base64'));
      // An invalid first token stays invalid if the client sends it again.
      if (step === undefined) return this.#end(response, 400, 'no token of NTLM');
      challenge = step;
    }
    if (connection.userName !== undefined) {
      return this.#end(response, 200, `${connection.userName} ${size}`);
    }
    response.setHeader(asks, challenge === '' ? 'NTLM' : `NTLM ${challenge}`);
    this.#end(response, status, '');
  }

  /** The next token in base64, or an empty string; undefined if the first one is rejected. */
  async #step(connection: Connection, token: Uint8Array): Promise<string | undefined> {
    this.tokens.push(token);
    const begun = connection.context;
    const context = begun ?? sspi.acceptSecurityContext(this.#credentials, this.#options.accept);
    connection.context = context;
    delete connection.userName;
    try {
      const step = await context.step(token);
      if (!step.done) return Buffer.from(step.token).toString('base64');
      connection.userName = context.queryContextAttributes('names').userName;
    } catch (error) {
      if (!(error instanceof SspiError)) throw error;
      this.refusals.push(error.code);
      if (begun === undefined) return undefined;
    } finally {
      if (begun !== undefined) {
        context.close();
        connection.context = undefined;
      }
    }
    return '';
  }

  #end(response: ServerResponse, status: number, body: string): void {
    response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
  }
}
