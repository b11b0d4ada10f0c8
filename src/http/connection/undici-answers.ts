import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { ConnectionHooks } from './hooks.js';

// undici tells a handler nothing about the connection of its request. Its diagnostics channels do.

/** The sockets whose answers are watched. */
const watched = new WeakMap<Socket, ConnectionHooks>();
/** The socket and the head of each request on one of them. */
const sent = new WeakMap<object, { readonly socket: Socket; readonly head: string }>();
/** Requests after whose answer the connection is closed. */
const last = new WeakSet<object>();
let isSubscribed = false;

interface SentHeaders {
  readonly request: object;
  /** The head as text. */
  readonly headers: string;
  readonly socket: Socket;
}

/** Calls `onAnswer` at each final answer on a connection of undici. With `close` the connection ends after it. */
export function watchAnswers(socket: Socket, hooks: ConnectionHooks): void {
  watched.set(socket, hooks);
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe('undici:client:sendHeaders', onRequest);
  subscribe('undici:request:headers', onHeaders);
  subscribe('undici:request:trailers', onEnd);
}

function onRequest(message: unknown): void {
  const { request, socket, headers: head } = message as SentHeaders;
  if (watched.has(socket)) sent.set(request, { socket, head });
}

function onHeaders(message: unknown): void {
  const { request, response } = message as { request: object; response: { statusCode: number } };
  const { statusCode } = response;
  const known = sent.get(request);
  if (known === undefined || statusCode < 200) return;
  const { socket, head } = known;
  if (watched.get(socket)?.onAnswer?.(socket, statusCode, head) === 'close') last.add(request);
}

function onEnd(message: unknown): void {
  const { request } = message as { request: object };
  if (last.has(request)) sent.get(request)?.socket.destroy();
}
