import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { ConnectionHooks } from './hooks.js';
import { isRepeatable, type RepeatableParts } from './undici-repeat.js';

// undici tells a handler nothing about the connection of its request. Its diagnostics channels do.

/** A connection whose answers are watched. */
interface WatchedConnection {
  readonly hooks: ConnectionHooks;
  /** Whether the connection is closed after each answer, and no request of it is sent again. */
  readonly isForOneRequest: boolean;
}

/** A request that was sent. */
interface SentRequest {
  readonly socket: Socket;
  readonly head: string;
  readonly canRepeat: boolean;
}

const watched = new WeakMap<Socket, WatchedConnection>();
/** The requests on them. */
const sent = new WeakMap<object, SentRequest>();
/** Requests after whose answer the connection is closed. */
const last = new WeakSet<object>();
let isSubscribed = false;
/** Whether the request of the answer that undici hands over right now is sent again. */
let repeats = false;

interface SentHeaders {
  readonly request: RepeatableParts;
  /** The head as text. */
  readonly headers: string;
  readonly socket: Socket;
}

/** Calls `onAnswer` at each final answer on a connection of undici. It ends after `close` and `repeat`. */
export function watchAnswers(socket: Socket, connection: WatchedConnection): void {
  watched.set(socket, connection);
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe('undici:client:sendHeaders', onRequest);
  subscribe('undici:request:headers', onHeaders);
  subscribe('undici:request:trailers', onEnd);
}

/**
 * Whether `onAnswer` said `repeat` for the answer whose head a handler has just got: undici publishes the head, and calls
 * the handler right after that. It is told once.
 */
export function takeRepeat(): boolean {
  const own = repeats;
  repeats = false;
  return own;
}

function onRequest(message: unknown): void {
  const { request, socket, headers: head } = message as SentHeaders;
  const connection = watched.get(socket);
  if (connection === undefined) return;
  // undici may drop the body once it is sent.
  const canRepeat = !connection.isForOneRequest && isRepeatable(request);
  sent.set(request, { socket, head, canRepeat });
}

function onHeaders(message: unknown): void {
  const { request, response } = message as { request: object; response: { statusCode: number } };
  const { statusCode } = response;
  const known = sent.get(request);
  if (known === undefined || statusCode < 200) return;
  const { socket, head, canRepeat } = known;
  const { hooks, isForOneRequest } = watched.get(socket) as WatchedConnection;
  const next = hooks.onAnswer?.(socket, statusCode, head, canRepeat) ?? 'keep';
  repeats = next === 'repeat';
  // undici ends the request with the error. After an abort by its handler it would make a new connection for nothing.
  if (repeats) socket.destroy(new Error('the request is sent again'));
  else if (isForOneRequest || next === 'close') last.add(request);
}

function onEnd(message: unknown): void {
  const { request } = message as { request: object };
  if (last.has(request)) sent.get(request)?.socket.destroy();
}
