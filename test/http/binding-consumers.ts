// Nobody runs this program: compiling it shows that strict TypeScript knows `request.tokenBinding` in each framework.
import { createSecureServer } from 'node:http2';
import { createServer, get, request as send } from 'node:https';
import axios from 'axios';
import express, { type Request, type Response } from 'express';
import Fastify from 'fastify';
import { Agent, request as sendRequest } from 'undici7';
import {
  type BoundAgents,
  boundAgents,
  fastifyTokenBinding,
  forwardHeaders,
  forwardRequest,
  HttpTokenBindingError,
  type HttpTokenBindingErrorCode,
  koaTokenBinding,
  openCookie,
  type Redirect,
  type RequestBindings,
  removeTokenBindingFields,
  sealCookie,
  tokenBinding,
  verifyRequest,
} from '../../src/http.js';
import { TokenBindingError } from '../../src/index.js';
import { tokenBindingHash } from '../../src/wire.js';

declare module 'fastify' {
  interface FastifyRequest {
    readonly tokenBinding: RequestBindings | undefined;
  }
}

export function serve(): void {
  const bind = tokenBinding({
    required: true,
    onRejected: ({ code, status }, request, response) => {
      response?.setHeader('x-code', `${code} ${request.url}`);
      return status === 400 ? 401 : undefined;
    },
  });

  createServer((request, response) => {
    bind(request, response, () => {
      const identifier: Uint8Array | undefined = request.tokenBinding?.provided.identifier;
      response.end(identifier === undefined ? '' : tokenBindingHash(identifier));
    });
  }).on('upgrade', async (request, socket) => {
    const passes: boolean = await bind.verifyUpgrade(request, socket);
    if (passes) socket.end(request.tokenBinding?.provided.status);
  });
  createSecureServer((request, response) => {
    bind(request, response, () => response.end(request.tokenBinding?.provided.status ?? ''));
  });

  const app = express();
  app.use(bind);
  app.get('/', (request: Request, response: Response) => {
    const bindings: RequestBindings | undefined = request.tokenBinding;
    // @ts-expect-error it may be undefined
    response.json({ key: bindings.provided, other: request.tokenBinding?.referred?.keyType });
  });

  const fastify = Fastify();
  fastify.register(
    fastifyTokenBinding({ negotiated: ({ alpnProtocol }) => keyTypeOf(alpnProtocol) }),
  );
  fastify.get('/', async (request) => {
    const type: string | number | undefined = request.tokenBinding?.others[0]?.bindingType;
    return type ?? request.raw.tokenBinding?.provided.keyType;
  });
  Fastify({ http2: true }).register(fastifyTokenBinding());
  void koaTokenBinding({ tls12: 'require-ems', onRejected: (error) => console.error(error) });
  // @ts-expect-error there is no such policy
  tokenBinding({ tls12: 'allow' });
}

export function proxy(): void {
  const handle = async (...[incoming]: Parameters<typeof forwardHeaders>): Promise<void> => {
    const headers = await forwardHeaders(incoming, { required: true, fields: 'context' });
    const outgoing = send({ host: 'backend.example', headers });
    incoming.on('end', () => outgoing.addTrailers(removeTokenBindingFields(incoming.trailers)));
    incoming.pipe(outgoing);
  };
  createServer((request) => void handle(request));
  const backend = { protocol: 'https:', host: 'backend.example', timeout: 1000 } as const;
  createSecureServer((...pair) => void forwardRequest(...pair, backend, { required: true }));
  createServer((...pair) => void forwardRequest(...pair, backend).then());
  // @ts-expect-error the headers are those of the client
  createServer((...pair) => void forwardRequest(...pair, { headers: {} }));
  createSecureServer((request) => void handle(request));
  tokenBinding({
    reverseProxies: [{ address: '192.0.2.1' }, { certificate: '', fields: 'context' }],
  });
}

export function session({ tokenBinding: bindings, headers }: Request): string | undefined {
  const cookie = { name: '__Host-session', secrets: [new Uint8Array(32)] };
  const identifier = bindings?.provided.identifier;
  const user = openCookie(headers.cookie, { ...cookie, identifier });
  const expires = new Date();
  // @ts-expect-error a cookie is bound to a key
  sealCookie('alice', { ...cookie, expires, identifier });
  return user;
}

function keyTypeOf(protocol: string | false | null): 'ecdsap256' | undefined {
  return protocol === 'h2' ? 'ecdsap256' : undefined;
}

export async function codeOf(request: Request): Promise<HttpTokenBindingErrorCode | undefined> {
  try {
    await verifyRequest(request, { keyType: 'rsa2048_pss' });
    return undefined;
  } catch (error) {
    if (!(error instanceof HttpTokenBindingError)) throw error;
    const { status, cause } = error;
    if (cause instanceof TokenBindingError) console.log(cause.path, status === 431);
    return error.code;
  }
}

export async function sendBound(url: string): Promise<number> {
  using agents = boundAgents({ keyType: 'ecdsap256', origins: [new URL(url).origin] });
  const { httpsAgent } = agents;
  get(url, { agent: httpsAgent }, ({ statusCode: status = 0, headers }) => {
    agents.readRedirect({ url, status, headers });
  });
  const { status, headers } = await axios.get<string>(url, { httpsAgent, maxRedirects: 0 });
  agents.readRedirect({ url, status, headers });

  const response = await fetch(url, { dispatcher: agents.dispatcher, redirect: 'manual' });
  const redirect: Redirect | undefined = agents.readRedirect(response);
  if (redirect?.hasReferred) await fetch(redirect.url, { dispatcher: redirect.dispatcher });
  return response.status;
}

export async function sendBoundWithUndici(url: string, targetUrl: string): Promise<number> {
  const own: BoundAgents<Agent> = boundAgents({
    undici: { Agent },
    origins: [url],
    referred: { targetUrl, keyType: 'rsa2048_pss' },
    tls: { minVersion: 'TLSv1.2' },
  });
  const { statusCode: status, headers } = await sendRequest(url, { dispatcher: own.dispatcher });
  const redirect = own.readRedirect({ url, status, headers });
  if (redirect === undefined) return status;
  return (await sendRequest(redirect.url, { dispatcher: redirect.dispatcher })).statusCode;
}

// @ts-expect-error there is no such key type
boundAgents({ keyType: 'ecdsa' });
