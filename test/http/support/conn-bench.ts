import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { generate } from 'selfsigned';
import type {
  ConnectionHooks,
  Destination,
  Fields,
  NewConnection,
} from '../../../src/http/connection/hooks.js';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly connection: number;
  readonly method: string;
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly length: number;
  readonly sha256: string;
}

/**
 * A server of a toy protocol: a HEAD request with `x-secret` prepares its connection. Other requests on a connection
 * that is not prepared get 403.
 */
export class ToyServer {
  readonly origin: string;
  readonly port: number;
  /** The connections that were made, in order: with TLS, those that completed it. */
  readonly sockets: Socket[] = [];
  /** The connections of TCP. */
  readonly rawSockets: Socket[] = [];
  readonly preparations: string[] = [];
  readonly requests: SeenRequest[] = [];
  /** Answers a request whose body was read. */
  respond: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => {
    response.end('hello');
  };
  /** Whether a request is answered after its body was read. */
  readsBody = true;
  /** Answers a preparation. */
  prepare: RequestListener = (_, response) => {
    response.end();
  };
  readonly #server: http.Server;
  readonly #prepared = new WeakSet<Socket>();

  private constructor(server: http.Server, protocol: string) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.origin = `${protocol}//127.0.0.1:${this.port}`;
    const event = protocol === 'https:' ? 'secureConnection' : 'connection';
    server.on(event, (socket: Socket) => {
      this.sockets.push(socket);
      socket.on('error', () => {});
    });
    server.on('connection', (socket: Socket) => this.rawSockets.push(socket));
    server.on('request', (request, response) => this.#receive(request, response));
  }

  static async open(protocol: 'http:' | 'https:' = 'http:'): Promise<ToyServer> {
    const server =
      protocol === 'http:' ? http.createServer() : https.createServer(await certificate());
    // An idle connection ends only by the client.
    server.keepAliveTimeout = 0;
    await listen(server);
    return new ToyServer(server, protocol);
  }

  get server(): http.Server {
    return this.#server;
  }

  isPrepared(socket: Socket): boolean {
    return this.#prepared.has(socket);
  }

  /** The connections that are still open. */
  get openSockets(): number {
    return this.rawSockets.filter((socket) => !socket.destroyed).length;
  }

  close(): void {
    for (const socket of this.rawSockets) socket.destroy();
    this.#server.close();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket, method = '', url = '', headers } = request;
    const secret = headers['x-secret'];
    if (method === 'HEAD' && secret !== undefined) {
      this.preparations.push(String(secret));
      this.#prepared.add(socket);
      return this.prepare(request, response);
    }
    const hash = createHash('sha256');
    let length = 0;
    try {
      if (this.readsBody)
        for await (const chunk of request) {
          hash.update(chunk);
          length += chunk.length;
        }
    } catch {
      return;
    }
    const connection = this.sockets.indexOf(socket);
    const sha256 = hash.digest('hex');
    this.requests.push({ connection, method, target: url, headers, length, sha256 });
    if (!this.#prepared.has(socket)) response.statusCode = 403;
    this.respond(request, response);
  }
}

/** A listening server on 127.0.0.1. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

let made: Promise<{ cert: string; key: string }> | undefined;

/** A certificate for 127.0.0.1 and localhost, the same at each call. */
export function certificate(): Promise<{ cert: string; key: string }> {
  made ??= makeCertificate();
  return made;
}

async function makeCertificate(): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}

/** The hooks of the toy protocol. */
export class ToyHooks implements ConnectionHooks {
  readonly #controller = new AbortController();
  readonly #origins: readonly string[];
  isForwardProxy = false;
  isForOneRequest = false;
  /** Whether the preparation gives fields although connections are for many requests. */
  givesFields = false;
  timeout = 60_000;
  connect: ConnectionHooks['connect'];
  onAnswer: ConnectionHooks['onAnswer'];
  readonly connectSignal = undefined;
  ownFields: ConnectionHooks['ownFields'];
  /** The connections that were prepared, in order. */
  readonly connections: NewConnection[] = [];
  /** Runs instead of the protocol. */
  instead: ConnectionHooks['prepare'] | undefined;

  constructor(...origins: readonly string[]) {
    this.#origins = origins;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    this.#controller.abort(withCode('TOY_CLOSED'));
  }

  checkDestination({ origin }: Destination): void {
    if (!this.#origins.includes(origin)) throw withCode('TOY_ORIGIN');
  }

  timeoutError(): Error {
    return withCode('TOY_TIMEOUT');
  }

  async prepare(connection: NewConnection): ReturnType<ConnectionHooks['prepare']> {
    this.connections.push(connection);
    if (this.instead !== undefined) return this.instead(connection);
    const fields = await prepareToy(connection, this.connections.length);
    const hasFields = this.isForOneRequest || this.givesFields || this.ownFields !== undefined;
    return hasFields ? fields : undefined;
  }
}

/** Sends the secret, and takes 200 for success. */
export async function prepareToy({ socket, path }: NewConnection, secret: number): Promise<Fields> {
  socket.write(`HEAD ${path} HTTP/1.1\r\nhost: toy\r\nx-secret: ${secret}\r\n\r\n`);
  const head = await readHead(socket);
  if (!head.startsWith('HTTP/1.1 200 ')) throw withCode('TOY_REFUSED');
  return { authorization: `Toy ${secret}` };
}

async function readHead(socket: Socket): Promise<string> {
  let text = '';
  while (!text.includes('\r\n\r\n')) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) await waitForReadable(socket);
    else text += chunk.toString('latin1');
  }
  return text;
}

function waitForReadable(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd);
      act();
    };
    const onReadable = settle(resolve);
    const onEnd = settle(() => reject(withCode('TOY_ENDED')));
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd);
  });
}

export function withCode(code: string): Error & { code: string } {
  return Object.assign(new Error(code), { code });
}
