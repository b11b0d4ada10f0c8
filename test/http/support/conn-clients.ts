import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import axios from 'axios';
import got from 'got';
import fetch from 'node-fetch';

export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

export interface ClientRequest {
  readonly body?: Readable;
  readonly signal?: AbortSignal;
}

/** Sends GET, or POST if there is a body. */
type SendWith = (
  url: string,
  agents: Agents,
  request?: ClientRequest,
) => Promise<{ status: number; body: string }>;

/** The most used clients over node:http. All of them follow redirects. */
export const CLIENTS: Readonly<Record<string, SendWith>> = {
  axios: async (url, { httpAgent, httpsAgent }, { body, signal } = {}) => {
    const { status, data } = await axios.request<string>({
      url,
      httpAgent,
      httpsAgent,
      proxy: false,
      responseType: 'text',
      validateStatus: () => true,
      maxBodyLength: Number.POSITIVE_INFINITY,
      ...(body && { method: 'POST', data: body }),
      ...(signal && { signal }),
    });
    return { status, body: data };
  },
  got: async (url, { httpAgent, httpsAgent }, { body, signal } = {}) => {
    const { statusCode, body: text } = await got(url, {
      agent: { http: httpAgent, https: httpsAgent },
      retry: { limit: 0 },
      throwHttpErrors: false,
      ...(body && { method: 'POST', body }),
      ...(signal && { signal }),
    });
    return { status: statusCode, body: text };
  },
  'node-fetch': async (url, { httpAgent, httpsAgent }, { body, signal } = {}) => {
    const response = await fetch(url, {
      agent: ({ protocol }) => (protocol === 'https:' ? httpsAgent : httpAgent),
      ...(body && { method: 'POST', body }),
      ...(signal && { signal }),
    });
    return { status: response.status, body: await response.text() };
  },
};
