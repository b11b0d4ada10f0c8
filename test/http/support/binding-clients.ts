import type { Agent as HttpsAgent } from 'node:https';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import axios from 'axios';
import got from 'got';
import nodeFetch from 'node-fetch';
import {
  type BoundAgents,
  type BoundAgentsOptions,
  boundAgents,
  type Redirect,
  type UndiciAgentClass,
} from '../../../src/http.js';
import { runsUndici8 } from './conn-undici.js';

export interface ClientRequest {
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface ClientAnswer {
  readonly url: string;
  readonly status: number;
  readonly headers: object;
  readonly body: string;
}

interface Pair<D> {
  readonly httpsAgent: HttpsAgent;
  readonly dispatcher: D;
}

type Send<D> = (url: string, pair: Pair<D>, request: ClientRequest) => Promise<ClientAnswer>;

/** A client that follows no redirect by itself. */
export interface BindingClient extends Disposable {
  /** What the agents have besides the agent and the dispatcher. */
  readonly agents: Pick<BoundAgents<unknown>, 'close' | 'readRedirect'>;
  send(url: string, request?: ClientRequest): Promise<ClientAnswer>;
  /** Sends the request that a redirect causes. */
  follow(answer: ClientAnswer, request?: ClientRequest): Promise<ClientAnswer>;
  /** Sends a request with the agents of a redirect. */
  sendWith(redirect: Redirect<unknown>, url: string): Promise<ClientAnswer>;
}

export type OpenBindingClient = (
  options?: Omit<BoundAgentsOptions<never>, 'undici'>,
) => Promise<BindingClient>;

function methodOf({ body }: ClientRequest): 'GET' | 'POST' {
  return body === undefined ? 'GET' : 'POST';
}

const sendHttps: Send<unknown> = (url, { httpsAgent }, request) =>
  new Promise((resolve, reject) => {
    const { headers, signal, body } = request;
    const options = { agent: httpsAgent, method: methodOf(request), headers, signal };
    httpsRequest(url, options, (response) => {
      const { statusCode: status = 0, headers: fields } = response;
      text(response).then((content) => {
        resolve({ url, status, headers: fields, body: content });
      }, reject);
    })
      .on('error', reject)
      .end(body);
  });

const sendAxios: Send<unknown> = async (url, { httpsAgent }, request) => {
  const { headers = {}, body, signal } = request;
  const {
    status,
    headers: fields,
    data,
  } = await axios.request<string>({
    url,
    method: methodOf(request),
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    responseType: 'text',
    validateStatus: () => true,
    headers,
    ...(body !== undefined && { data: body }),
    ...(signal && { signal }),
  });
  return { url, status, headers: fields, body: data };
};

const sendGot: Send<unknown> = async (url, { httpsAgent }, request) => {
  const { headers = {}, body, signal } = request;
  const answer = await got(url, {
    method: methodOf(request),
    agent: { https: httpsAgent },
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    headers,
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
  return { url, status: answer.statusCode, headers: answer.headers, body: answer.body };
};

const sendNodeFetch: Send<unknown> = async (url, { httpsAgent }, request) => {
  const { headers = {}, body, signal } = request;
  const response = await nodeFetch(url, {
    method: methodOf(request),
    agent: httpsAgent,
    redirect: 'manual',
    headers,
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
  const { status, headers: fields } = response;
  return { url, status, headers: fields, body: await response.text() };
};

type FetchDispatcher = BoundAgents['dispatcher'];

const sendFetch: Send<FetchDispatcher> = async (url, { dispatcher }, request) => {
  const method = methodOf(request);
  const response = await fetch(url, { dispatcher, redirect: 'manual', method, ...request });
  const { status, headers } = response;
  return { url: response.url, status, headers, body: await response.text() };
};

function openOver(send: Send<FetchDispatcher>): OpenBindingClient {
  return async (options) => clientOf(boundAgents(withTls(options)), send);
}

interface Undici<D> {
  readonly Agent: UndiciAgentClass<D>;
  request(
    url: string,
    options: ClientRequest & { readonly dispatcher: D; readonly method: 'GET' | 'POST' },
  ): Promise<{ statusCode: number; headers: object; body: { text(): Promise<string> } }>;
}

function openUndici<D>(load: () => Promise<Undici<D>>): OpenBindingClient {
  return async (options) => {
    const { Agent, request: sendRequest } = await load();
    const agents = boundAgents<D>({ ...withTls(options), undici: { Agent } });
    return clientOf(agents, async (url, { dispatcher }, request) => {
      const method = methodOf(request);
      const answer = await sendRequest(url, { dispatcher, method, ...request });
      const { statusCode: status, headers, body } = answer;
      return { url, status, headers, body: await body.text() };
    });
  };
}

/** The certificates of the tests are signed with their own keys. */
function withTls(options: Omit<BoundAgentsOptions<never>, 'undici'> = {}) {
  return { ...options, tls: { rejectUnauthorized: false, ...options.tls } };
}

function clientOf<D>(agents: BoundAgents<D>, send: Send<D>): BindingClient {
  return {
    agents,
    send: (url, request = {}) => send(url, agents, request),
    async follow(answer, request = {}) {
      const redirect = agents.readRedirect(answer);
      if (redirect === undefined) throw new Error('the answer is no redirect');
      return send(redirect.url, redirect, request);
    },
    sendWith: (redirect, url) => send(url, redirect as Redirect<D>, {}),
    [Symbol.dispose]: () => agents.close(),
  };
}

/** Clients of Node's agent and of the dispatcher. undici 8 does not load in an older Node. */
export const CLIENTS: Readonly<Record<string, OpenBindingClient>> = {
  'node:https': openOver(sendHttps),
  axios: openOver(sendAxios),
  got: openOver(sendGot),
  'node-fetch': openOver(sendNodeFetch),
  fetch: openOver(sendFetch),
  'undici 6': openUndici(() => import('undici6')),
  'undici 7': openUndici(() => import('undici7')),
  ...(runsUndici8() ? { 'undici 8': openUndici(() => import('undici8')) } : {}),
};

export const openHttps: OpenBindingClient = openOver(sendHttps);
export const openFetch: OpenBindingClient = openOver(sendFetch);

/** One client of the agent, one of the dispatcher. */
export const BOTH: Readonly<Record<string, OpenBindingClient>> = {
  'node:https': openHttps,
  fetch: openFetch,
};
