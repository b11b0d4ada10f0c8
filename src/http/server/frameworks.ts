import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request of any version of HTTP. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;
/** A response of any version of HTTP. */
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** What is used of a request of Fastify. */
export interface FastifyRequestLike {
  /** The request of Node. */
  readonly raw: IncomingMessage;
}

/** What is used of a reply of Fastify. */
export interface FastifyReplyLike {
  /** The response of Node. */
  readonly raw: ServerResponse;
  /** Tells Fastify that the plugin answers. */
  hijack(): unknown;
}

/** What is used of an instance of Fastify. */
export interface FastifyLike {
  /** Whether requests have this decorator. */
  hasRequestDecorator(name: string | symbol): boolean;
  /** Adds a property to requests. */
  decorateRequest(
    name: string | symbol,
    value: { getter(this: FastifyRequestLike): unknown },
  ): unknown;
  /** Adds a hook. */
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/** What is used of a context of Koa. */
export interface KoaContext {
  /** The request of Node. */
  readonly req: IncomingMessage;
  /** The response of Node. */
  readonly res: ServerResponse;
  /** Set to false if the middleware has answered. */
  respond?: boolean | undefined;
}
