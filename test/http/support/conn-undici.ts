import type { Readable } from 'node:stream';
import { createDispatcher } from '../../../src/http/connection/dispatcher.js';
import type { ConnectionHooks } from '../../../src/http/connection/hooks.js';
import type { UndiciAgentClass } from '../../../src/http/connection/undici.js';
import { fetchAgentClass } from '../../../src/http/connection/undici.js';
import { certificate } from './conn-bench.js';

export interface UndiciRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly body?: Readable;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A client over undici. */
export interface UndiciClient {
  readonly dispatcher: UndiciDispatcher;
  send(url: string, request?: UndiciRequest): Promise<Answer>;
  close(): Promise<void>;
}

interface UndiciDispatcher {
  close(): Promise<void>;
  destroy(): Promise<void>;
}

export type OpenClient = (hooks: ConnectionHooks, connections?: number) => Promise<UndiciClient>;

/** The undicis that run in this Node, and fetch. */
export const UNDICIS: Readonly<Record<string, OpenClient>> = {
  fetch: openFetch,
  'undici 6': openWith(() => import('undici6')),
  'undici 7': openWith(() => import('undici7')),
  ...(runsUndici8() ? { 'undici 8': openWith(() => import('undici8')) } : {}),
};

/** undici 8 does not load in an older Node. */
export function runsUndici8(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
}

async function openFetch(hooks: ConnectionHooks, connections?: number): Promise<UndiciClient> {
  const { cert: ca } = await certificate();
  const Agent = fetchAgentClass();
  const dispatcher = createDispatcher(hooks, { Agent, connections, tls: { ca } });
  return {
    dispatcher,
    async send(url, { body, ...others } = {}) {
      const streamed = body === undefined ? {} : { body, duplex: 'half' as const };
      const response = await fetch(url, { dispatcher, ...others, ...streamed });
      return { status: response.status, body: await response.text() };
    },
    close: () => dispatcher.destroy(),
  };
}

interface Undici<D> {
  readonly Agent: UndiciAgentClass<D>;
  request(
    url: string,
    options: UndiciRequest & { readonly dispatcher: D },
  ): Promise<{ statusCode: number; body: { text(): Promise<string> } }>;
}

function openWith<D extends UndiciDispatcher>(load: () => Promise<Undici<D>>): OpenClient {
  return async (hooks, connections) => {
    const { cert: ca } = await certificate();
    const { Agent, request } = await load();
    const dispatcher = createDispatcher(hooks, { Agent, connections, tls: { ca } });
    return {
      dispatcher,
      async send(url, options) {
        const { statusCode, body } = await request(url, { dispatcher, ...options });
        return { status: statusCode, body: await body.text() };
      },
      close: () => dispatcher.destroy(),
    };
  };
}
