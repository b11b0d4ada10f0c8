import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { destroyQuietly } from './deadline.js';
import type { Fields } from './hooks.js';
import { checkFields, withField } from './request-head.js';

/** A connection of undici whose requests get fields. */
interface ConnectionWithFields {
  readonly fields: Fields;
  /** The head that undici writes next, as it announced it. */
  head: string | undefined;
  isUsed: boolean;
}

const connections = new WeakMap<Socket, ConnectionWithFields>();
let isSubscribed = false;

/**
 * Sets header fields of each request on a connection of undici, in place of the application's fields with these names.
 * undici does not tell in time which connection a request gets, so the head is changed when it is written. The
 * connection is destroyed if a head cannot be changed: no request leaves without the fields.
 *
 * @throws TypeError for a name or a value that is no field
 */
export function setFieldsOfRequests(socket: Socket, fields: Fields): void {
  checkFields(fields);
  const connection: ConnectionWithFields = { fields, head: undefined, isUsed: false };
  connections.set(socket, connection);
  if (!isSubscribed) subscribe('undici:client:sendHeaders', onHead);
  isSubscribed = true;
  const { write } = socket;
  const writeWithFields = (data: unknown, ...others: unknown[]): boolean => {
    const isHead = connection.head !== undefined || !connection.isUsed;
    const changed = isHead ? changeHead(connection, data) : data;
    if (changed !== undefined) return Reflect.apply(write, socket, [changed, ...others]);
    destroyQuietly(socket, new Error('this version of undici writes requests in another way'));
    return false;
  };
  // Node replaces it when the server ends the connection.
  Object.defineProperty(socket, 'write', {
    value: writeWithFields,
    configurable: true,
    writable: true,
  });
}

/** undici publishes each head just before it writes it. */
function onHead(message: unknown): void {
  const { socket, headers } = message as { readonly socket: Socket; readonly headers: string };
  const connection = connections.get(socket);
  if (connection !== undefined) connection.head = headers;
}

/** The data with the fields, or undefined if it is not the head that was announced. */
function changeHead(connection: ConnectionWithFields, data: unknown): string | undefined {
  const { head, fields } = connection;
  connection.head = undefined;
  connection.isUsed = true;
  if (head === undefined || typeof data !== 'string' || !data.startsWith(head)) return undefined;
  const changed = Object.entries(fields).reduce(
    (text, [name, value]) => withField(text, name, value),
    head,
  );
  return changed + data.slice(head.length);
}
