// Nobody runs these programs: compiling them shows that strict TypeScript knows `request.auth` in each framework, and
// the agents in each client.
import { createServer, get } from 'node:http';
import axios from 'axios';
import express, { type Request, type Response } from 'express';
import Fastify from 'fastify';
import got from 'got';
import nodeFetch from 'node-fetch';
import { Agent as Agent6, request as request6 } from 'undici6';
import { Agent as Agent7, request as request7 } from 'undici7';
import { Agent as Agent8, request as request8 } from 'undici8';
import { WebSocket } from 'ws';
import {
  type AuthenticatedAgents,
  authenticatedAgents,
  fastifyNegotiate,
  type HttpAuth,
  HttpAuthError,
  type HttpAuthErrorCode,
  koaNegotiate,
  negotiate,
} from '../../src/http-auth.js';
import { SspiError } from '../../src/sspi.js';

declare module 'fastify' {
  interface FastifyRequest {
    readonly auth: HttpAuth | undefined;
  }
}

const origins = ['https://intranet.example.com'];
const url = 'https://intranet.example.com/';

export function serve(): void {
  const authenticate = negotiate({
    accounts: ({ user }) => (user === 'alice' ? { password: 'correct horse' } : undefined),
    onAuthenticated: (request, response, { name }) => {
      response.setHeader('x-user', `${name} ${request.url}`);
    },
    onEvent: ({ type, error }) => console.log(type, error instanceof SspiError && error.code),
  });

  createServer((request, response) => {
    authenticate(request, response, () => {
      const name: string = request.auth?.name ?? '';
      response.end(name);
    });
  }).on('upgrade', async (request, socket) => {
    const auth = await authenticate.upgrade(request, socket);
    const name: string | undefined = auth?.name;
    socket.end(name);
  });

  const app = express();
  app.use(authenticate);
  app.get('/', (request: Request, response: Response) => {
    const user: string | undefined = request.auth?.user;
    // @ts-expect-error there is no such member
    response.json({ user, password: request.auth?.password });
  });

  const fastify = Fastify();
  fastify.register(fastifyNegotiate({ names: { domain: 'EXAMPLE' } }));
  fastify.get('/', async (request) => {
    const domain: string | undefined = request.auth?.domain;
    return domain ?? request.raw.auth?.name;
  });
  void koaNegotiate({ schemes: ['NTLM'] });
  // @ts-expect-error there is no such scheme
  negotiate({ schemes: ['Basic'] });
}

export async function use(): Promise<void> {
  const agents: AuthenticatedAgents = authenticatedAgents({ origins });
  const { httpAgent, httpsAgent, dispatcher } = agents;
  get(url, { agent: httpsAgent });
  await axios.get(url, { httpAgent, httpsAgent });
  await got(url, { agent: { http: httpAgent, https: httpsAgent } });
  await nodeFetch(url, { agent: httpsAgent });
  await fetch(url, { dispatcher });
  void new WebSocket(url, { agent: httpsAgent });
  await request6(url, authenticatedAgents({ origins, undici: { Agent: Agent6 } }));
  await request7(url, authenticatedAgents({ origins, undici: { Agent: Agent7 } }));
  await request8(url, authenticatedAgents({ origins, undici: { Agent: Agent8 } }));
  // @ts-expect-error origins are required
  authenticatedAgents({});
  agents.close();
}

export function codeOf(error: unknown): HttpAuthErrorCode | undefined {
  return error instanceof HttpAuthError ? error.code : undefined;
}
