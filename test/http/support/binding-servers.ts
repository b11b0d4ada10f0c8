import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest } from 'node:http2';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import type { TlsOptions } from 'node:tls';
import express, { type Express } from 'express';
import Fastify from 'fastify';
import {
  fastifyTokenBinding,
  koaTokenBinding,
  type RequestBindings,
  type TokenBindingOptions,
  tokenBinding,
} from '../../../src/http.js';
import { tokenBindingHash } from '../../../src/wire.js';
import { PATIENT } from '../../support/patience.js';
import { type Certificate, newCertificate } from './server-certificates.js';

declare module 'fastify' {
  interface FastifyRequest {
    readonly tokenBinding: RequestBindings | undefined;
  }
}

interface KoaContextOfTest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  body: unknown;
}
interface KoaApp {
  use(middleware: (context: KoaContextOfTest, next: () => Promise<unknown>) => Promise<void>): void;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
}

const require = createRequire(import.meta.url);
// Neither has types here.
const express4 = require('express4') as () => Express;
const Koa = require('koa') as new () => KoaApp;

export const certificate: Certificate = await newCertificate();

export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
}

/** Options of a server: those of TLS, and those of Node's HTTP. */
export interface ServerSetup extends TlsOptions {
  readonly maxHeaderSize?: number;
}

/** Tells the bindings of a request, by the hashes of their identifiers. */
export function describe({ tokenBinding: bindings }: IncomingMessage | Http2ServerRequest): string {
  if (bindings === undefined) return 'none';
  const { provided, referred, others, unevaluated } = bindings;
  const hashes = [provided, referred].map((result) =>
    result === undefined ? '' : tokenBindingHash(result.identifier),
  );
  return [...hashes, others.length, unevaluated.length].join(' ');
}

/** Starts a server on 127.0.0.1 that answers with {@link describe}. */
export type StartServer = (
  options?: TokenBindingOptions,
  setup?: ServerSetup,
) => Promise<RunningServer>;

export const startHttps: StartServer = (options, setup) => {
  const bind = tokenBinding(options);
  return run(
    createServer({ ...certificate, ...setup }, (request, response) => {
      bind(request, response, () => void response.end(describe(request)));
    }).on('upgrade', async (request, socket) => {
      if (!(await bind.verifyUpgrade(request, socket))) return;
      socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${describe(request)}`);
    }),
  );
};

export const startHttp2: StartServer = (options, setup) => {
  const bind = tokenBinding(options);
  return run(
    createSecureServer({ ...certificate, allowHTTP1: true, ...setup }, (request, response) => {
      bind(request, response, () => void response.end(describe(request)));
    }),
  );
};

const startExpress =
  (create: () => Express): StartServer =>
  (options, setup) => {
    const app = create();
    app.use(tokenBinding(options));
    app.all('/', (request, response) => void response.send(describe(request)));
    return run(createServer({ ...certificate, ...setup }, app));
  };

const startKoa: StartServer = (options, setup) => {
  const app = new Koa();
  app.use(koaTokenBinding(options));
  app.use(async (context) => {
    context.body = describe(context.req);
  });
  return run(createServer({ ...certificate, ...setup }, app.callback()));
};

const startFastify: StartServer = async (options, setup) => {
  const app = Fastify({ https: { ...certificate, ...setup } });
  await app.register(fastifyTokenBinding(options));
  app.all('/', async (request) => {
    if (request.tokenBinding !== request.raw.tokenBinding) throw new Error('another result');
    return describe(request.raw);
  });
  await app.ready();
  return run(app.server);
};

const startFastify2: StartServer = async (options, setup) => {
  const app = Fastify({ http2: true, https: { allowHTTP1: true, ...certificate, ...setup } });
  await app.register(fastifyTokenBinding(options));
  app.all('/', async (request) => describe(request.raw));
  await app.ready();
  return run(app.server);
};

/** All of them take HTTP/1.1. */
export const SERVERS: Readonly<Record<string, StartServer>> = {
  'node:https': startHttps,
  'Express 4': startExpress(express4),
  'Express 5': startExpress(express),
  Koa: startKoa,
  Fastify: startFastify,
  'node:http2': startHttp2,
  'Fastify with HTTP/2': startFastify2,
};

/** Those that take HTTP/2. */
export const HTTP2_SERVERS: Readonly<Record<string, StartServer>> = {
  'node:http2': startHttp2,
  'Fastify with HTTP/2': startFastify2,
};

/** Listens until it is disposed, then ends all its connections. */
export async function run(server: Server): Promise<RunningServer> {
  // For a server of HTTP, which else closes idle connections.
  Object.assign(server, { keepAliveTimeout: PATIENT });
  const sockets = new Set<import('node:net').Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
