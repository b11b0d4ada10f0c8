import { type IncomingMessage, type RequestOptions, request as send } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type RequestOptions as SecureOptions, request as sendSecure } from 'node:https';
import {
  type BackendOptions,
  type ForwardOptions,
  forwardHeaders,
  forwardRequest,
  HttpTokenBindingError,
  removeTokenBindingFields,
} from '../../../src/http.js';
import { certificate, type RunningServer, run } from './binding-servers.js';

export interface ProxySetup {
  readonly port: number;
  readonly options?: ForwardOptions;
  /** More options for the backend. */
  readonly backend?: BackendOptions;
  /** For a backend with TLS. */
  readonly tls?: SecureOptions;
  /** Whether the proxy uses forwardHeaders() alone, and forwards trailers. */
  readonly byHand?: boolean;
}

export interface RunningProxy extends RunningServer {
  /** The requests whose verification did not fail. */
  forwarded(): number;
  /** What forwardRequest() has thrown. */
  readonly errors: unknown[];
}

/** A reverse proxy that terminates TLS, for HTTP/1.1 and HTTP/2. */
export async function startProxy(setup: ProxySetup): Promise<RunningProxy> {
  const { options, tls, byHand = false } = setup;
  const errors: unknown[] = [];
  let count = 0;
  const own = tls === undefined ? {} : { ...tls, protocol: 'https:', rejectUnauthorized: false };
  const backend = { host: '127.0.0.1', port: setup.port, ...own, ...setup.backend };
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, (incoming, response) => {
    const forwarding = byHand
      ? forwardByHand(incoming, response, backend, options)
      : forwardRequest(incoming, response, backend, options);
    const settle = (error?: unknown) => {
      if (error !== undefined) errors.push(error);
      if (!(error instanceof HttpTokenBindingError)) count += 1;
    };
    forwarding.then(
      () => settle(),
      (error: unknown) => {
        settle(error);
        if (response.headersSent) return;
        const isRejected = error instanceof HttpTokenBindingError;
        response.writeHead(isRejected ? error.status : 502);
        response.end(isRejected ? error.message : '');
      },
    );
  });
  return Object.assign(await run(server), { forwarded: () => count, errors });
}

/** What users of forwardHeaders() wrote before there was forwardRequest(). */
async function forwardByHand(
  incoming: Http2ServerRequest,
  response: Http2ServerResponse,
  backend: RequestOptions,
  options: ForwardOptions | undefined,
): Promise<void> {
  const headers = await forwardHeaders(incoming, options);
  const start = backend.protocol === 'https:' ? sendSecure : send;
  const { method, url: path } = incoming;
  const outgoing = start({ ...backend, method, path, headers }, (result: IncomingMessage) => {
    response.statusCode = result.statusCode ?? 502;
    result.pipe(response as never);
  });
  outgoing.on('error', () => response.stream?.destroy());
  incoming.on('end', () =>
    outgoing.addTrailers(removeTokenBindingFields(incoming.trailers) as never),
  );
  incoming.pipe(outgoing);
}

/** The options of a backend that knows its proxy by the address. */
export const BY_ADDRESS = { reverseProxies: [{ address: '127.0.0.1' }] } as const;
export const CONTEXT_BY_ADDRESS = {
  reverseProxies: [{ address: '127.0.0.1', fields: 'context' }],
} as const;
