import type { ClientRequest } from 'node:http';
import type { PoolRequest } from './pool-agent.js';

// A request that has no socket yet has no event for its end, and no timeout.

const aborts = new WeakMap<ClientRequest, AbortController>();

/** A signal that is aborted when the request is destroyed. */
export function destroySignalOf(request: ClientRequest): AbortSignal {
  const own = aborts.get(request);
  if (own !== undefined) return own.signal;
  const controller = new AbortController();
  aborts.set(request, controller);
  const { destroy } = request;
  request.destroy = function (error) {
    destroy.call(this, error);
    controller.abort();
    return this;
  };
  if (request.destroyed) controller.abort();
  return controller.signal;
}

/** Emits 'timeout' after the option `timeout` of the request. Returns what stops it. */
export function startTimeout(request: ClientRequest): () => void {
  const { timeout } = request as PoolRequest;
  if (!timeout) return () => {};
  const timer = setTimeout(() => request.emit('timeout'), timeout);
  return () => clearTimeout(timer);
}

/** Ends a request that gets no socket. If the application destroyed it, it has an error of its own. */
export function failRequest(request: ClientRequest, error: unknown): void {
  (request as PoolRequest).onSocket(null, request.destroyed ? undefined : error);
}
