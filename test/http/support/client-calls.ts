import http from 'node:http';
import https from 'node:https';
import {
  authenticatedAgents,
  type ClientEvent,
  type ClientOptions,
} from '../../../src/http-auth.js';
import { PATIENT } from '../../support/patience.js';
import { IDENTITY } from '../../support/sspi.js';
import { sspi } from './client-server.js';

type Options = Partial<ClientOptions<unknown>>;
type Agents = ReturnType<typeof authenticatedAgents>;

/** Agents for one origin with the right password, and their events. */
export function agentsFor(
  origins: string | readonly string[],
  options: Options = {},
): Agents & { readonly events: ClientEvent[] } {
  const events: ClientEvent[] = [];
  const agents = authenticatedAgents({
    origins: typeof origins === 'string' ? [origins] : origins,
    sspi,
    package: 'NTLM',
    timeout: PATIENT,
    ...(options.credentials === undefined ? { identity: IDENTITY } : { package: undefined }),
    onEvent: (event) => events.push(event),
    ...(options as Partial<ClientOptions<never>>),
  });
  return Object.assign(agents, { events }) as Agents & { readonly events: ClientEvent[] };
}

export interface CallResult {
  readonly status: number;
  readonly body: string;
}

/** A request of `node:http` or `node:https`. */
export function call(
  url: string,
  agents: { readonly httpAgent: http.Agent; readonly httpsAgent: https.Agent },
  options: https.RequestOptions & { readonly body?: string } = {},
): Promise<CallResult> {
  const isTls = url.startsWith('https:');
  const { request } = isTls ? https : http;
  const agent = isTls ? agents.httpsAgent : agents.httpAgent;
  const { body, ...others } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, ...others }, async (response) => {
      let text = '';
      try {
        for await (const chunk of response as AsyncIterable<Buffer>) text += chunk.toString();
      } catch (error) {
        reject(error);
      }
      resolve({ status: response.statusCode ?? 0, body: text });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
