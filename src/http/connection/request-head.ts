import { type ClientRequest, validateHeaderName, validateHeaderValue } from 'node:http';
import type { Fields } from './hooks.js';

/**
 * What a request that has no socket yet keeps. Node does not document these properties, but has had them since
 * version 12, and proxy agents depend on them: there is no other way to change a head that is already text.
 */
interface UnsentRequest {
  /** The head as text, once it was made. */
  _header: string | null;
  /** Whether the head was passed on, to `outputData` or to the socket. */
  readonly _headerSent: boolean;
  readonly outputData: readonly { data: unknown }[];
}

/**
 * Sets header fields of a request whose head was not sent yet, in place of the application's fields with these names.
 * Works also if the head is already text, as after `write()`, `end()`, or with an array of headers.
 *
 * @throws Error if the head was sent, or if Node keeps it in a way that this version does not know
 */
export function setFields(request: ClientRequest, fields: Fields): void {
  checkFields(fields);
  for (const [name, value] of Object.entries(fields)) {
    if (!request.headersSent) request.setHeader(name, value);
    else changeHead(request, (head) => withField(head, name, value));
  }
}

/** @throws TypeError for a name or a value that is no field */
export function checkFields(fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
}

/** The head of a request that was sent. */
export function headOf(request: ClientRequest): string {
  return (request as ClientRequest & UnsentRequest)._header ?? '';
}

/** Sets the request target of a request whose head was not sent yet. */
export function setTarget(request: ClientRequest, target: string): void {
  request.path = target;
  if (!request.headersSent) return;
  changeHead(request, (head) => head.replace(/^(\S+) \S+ /, (_, method) => `${method} ${target} `));
}

/** A head with a field in place of those with this name. */
export function withField(head: string, name: string, value: string): string {
  const [requestLine = '', ...lines] = head.split('\r\n');
  const start = `${name.toLowerCase()}:`;
  const others = lines.filter((line) => !line.toLowerCase().startsWith(start));
  return [requestLine, `${name}: ${value}`, ...others].join('\r\n');
}

function changeHead(request: ClientRequest, change: (head: string) => string): void {
  const unsent = request as ClientRequest & UnsentRequest;
  const head = unsent._header;
  if (typeof head !== 'string') throw headError();
  const changed = change(head);
  if (unsent._headerSent) {
    const [first] = unsent.outputData;
    const data = first?.data;
    if (typeof data !== 'string' || !data.startsWith(head)) throw headError();
    Object.assign(first as object, { data: changed + data.slice(head.length) });
  }
  unsent._header = changed;
}

function headError(): Error {
  const error = new Error('the head of the request was sent before its connection was ready');
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' });
}
