import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TokenBindingOptions, tokenBinding } from '../../../src/http.js';
import { open, type TokenBindingProvider } from '../../../src/index.js';
import { certificate, describe, run, type ServerSetup } from './binding-servers.js';

/** A request that a {@link BoundServer} saw. */
export interface SeenRequest {
  readonly url: string;
  /** The values of the field Sec-Token-Binding. */
  readonly fields: readonly string[];
  readonly socket: Socket;
  readonly body: Promise<string>;
}

/** A server that remembers its requests. */
export interface BoundServer extends AsyncDisposable {
  readonly server: Server;
  readonly requests: SeenRequest[];
  /** Every connection that it had. */
  readonly sockets: Set<Socket>;
  /** By default it tells the bindings. */
  respond: (request: IncomingMessage, response: ServerResponse) => void;
  /** @param host `localhost` and `127.0.0.1` have other keys (RFC 8473 8.1) */
  url(path?: string, host?: string): string;
}

/** Starts a server with `tokenBinding()`, which requires a Token Binding by default. */
export function startBound(
  options: TokenBindingOptions = { required: true },
  setup: ServerSetup = {},
): Promise<BoundServer> {
  const bind = tokenBinding(options);
  const server = createHttpsServer({ ...certificate, ...setup });
  return start('https:', server, (request, response, respond) => {
    bind(request, response, () => respond(request, response));
  });
}

/** Starts a server without TLS. */
export function startPlain(): Promise<BoundServer> {
  return start('http:', createServer(), (request, response, respond) => respond(request, response));
}

type Serve = (
  request: IncomingMessage,
  response: ServerResponse,
  respond: BoundServer['respond'],
) => void;

async function start(protocol: string, server: Server, serve: Serve): Promise<BoundServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  server.on(protocol === 'https:' ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.add(socket);
  });
  const running = await run(server);
  const bound: BoundServer = {
    server,
    requests,
    sockets,
    respond: (request, response) => void response.end(describe(request)),
    url: (path = '/', host = 'localhost') => `${protocol}//${host}:${running.port}${path}`,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { url = '', socket } = request;
    const body = text(request).catch(() => '');
    requests.push({ url, fields: fieldsOf(request), socket, body });
    serve(request, response, bound.respond);
  });
  return bound;
}

export function fieldsOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && /^sec-token-binding$/i.test(rawHeaders[index - 1] ?? ''),
  );
}

/** Ends the connection of the last request. It is closed when the client has seen the end. */
export async function endConnection({ requests }: BoundServer): Promise<void> {
  const socket = requests.at(-1)?.socket;
  assert.ok(socket !== undefined);
  const closed = once(socket, 'close');
  socket.end();
  await closed;
}

/** The bindings that a server told: the hashes of the provided and of the referred identifier. */
export function hashesOf(body: string): { provided: string; referred: string } {
  assert.match(body, /^\S{43} (\S{43})? 0 0$/);
  const [provided = '', referred = ''] = body.split(' ');
  return { provided, referred };
}

/** A provider that counts its signatures, and can delay them. */
export interface SigningProvider {
  readonly provider: TokenBindingProvider;
  signatures: number;
  /** Called before each signature. */
  before: () => Promise<void> | void;
}

export function signingProvider(): SigningProvider {
  const own = open({ provider: 'portable' });
  const generateBinding: TokenBindingProvider['generateBinding'] = async (request) => {
    signing.signatures += 1;
    await signing.before();
    return own.generateBinding(request);
  };
  const signing: SigningProvider = {
    provider: Object.assign(Object.create(own), {
      generateBinding,
      generateMessage: own.generateMessage.bind(own),
      deleteBinding: own.deleteBinding.bind(own),
    }),
    signatures: 0,
    before: () => {},
  };
  return signing;
}
