import type { Socket } from 'node:net';
import { destroyQuietly } from './deadline.js';
import type { Fields } from './hooks.js';
import { checkFields, withField } from './request-head.js';

/** The request line (RFC 9112 3), as undici writes it. */
const REQUEST_LINE = /^\S+ \S+ HTTP\/1\.1\r\n/;

/**
 * Sets header fields of the first request on a connection of undici, in place of the application's fields with these
 * names. undici does not tell which request gets a connection, but each of its versions writes the request line and
 * all fields of the application at once. If it ever writes something else, the connection is destroyed.
 *
 * @throws TypeError for a name or a value that is no field
 */
export function setFieldsOfFirstRequest(socket: Socket, fields: Fields): void {
  checkFields(fields);
  const writeHead = (head: unknown, ...others: unknown[]): boolean => {
    Reflect.deleteProperty(socket, 'write');
    if (typeof head !== 'string' || !REQUEST_LINE.test(head)) {
      destroyQuietly(socket, new Error('this version of undici writes requests in another way'));
      return false;
    }
    const changed = Object.entries(fields).reduce(
      (text, [name, value]) => withField(text, name, value),
      head,
    );
    return Reflect.apply(socket.write, socket, [changed, ...others]);
  };
  // Node replaces it when the server ends the connection.
  Object.defineProperty(socket, 'write', { value: writeHead, configurable: true, writable: true });
}
