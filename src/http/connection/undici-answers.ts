import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { ConnectionHooks } from './hooks.js';

// undici tells a handler nothing about the connection of its request. Its diagnostics channels do.

/** The sockets whose answers are watched. */
const watched = new WeakMap<Socket, ConnectionHooks>();
/** The socket of each request on one of them. */
const socketOf = new WeakMap<object, Socket>();
/** Requests after whose answer the connection is closed. */
const last = new WeakSet<object>();
let isSubscribed = false;

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
  const { request, socket } = message as { request: object; socket: Socket };
  if (watched.has(socket)) socketOf.set(request, socket);
}

function onHeaders(message: unknown): void {
  const { request, response } = message as { request: object; response: { statusCode: number } };
  const socket = socketOf.get(request);
  const { statusCode } = response;
  if (socket === undefined || statusCode < 200) return;
  if (watched.get(socket)?.onAnswer?.(socket, statusCode) === 'close') last.add(request);
}

function onEnd(message: unknown): void {
  const { request } = message as { request: object };
  if (last.has(request)) socketOf.get(request)?.destroy();
}
