import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Fields } from './hooks.js';

/** A request in the queue of undici, as the channel `undici:request:create` shows it. */
export interface CreatedRequest {
  readonly origin: string | URL;
  /** Names and values in turn. */
  readonly headers: unknown[];
  /** @throws Error for a name or a value that is no field */
  addHeader(name: string, value: string): void;
}

/**
 * The request that undici creates in `dispatch`, or undefined if it refuses it.
 *
 * @param origin that of the request, as `URL.origin` writes it. Others may create requests in the meantime.
 */
export function captureRequest(origin: string, dispatch: () => void): CreatedRequest | undefined {
  let created: CreatedRequest | undefined;
  const onCreate = (message: unknown) => {
    const { request } = message as { request: CreatedRequest };
    if (request.origin === origin) created = request;
  };
  subscribe('undici:request:create', onCreate);
  try {
    dispatch();
  } finally {
    unsubscribe('undici:request:create', onCreate);
  }
  return created;
}

/**
 * Sets header fields of a request that was not sent yet, in place of the application's fields with these names.
 *
 * @throws Error if undici did not show the request, or if it refuses a field
 */
export function replaceFields(request: CreatedRequest | undefined, fields: Fields): void {
  if (request === undefined) throw new Error('this version of undici does not show its requests');
  const { headers } = request;
  const names = Object.keys(fields).map((name) => name.toLowerCase());
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (names.includes(String(headers[index]).toLowerCase())) headers.splice(index, 2);
  }
  for (const [name, value] of Object.entries(fields)) request.addHeader(name, value);
}
