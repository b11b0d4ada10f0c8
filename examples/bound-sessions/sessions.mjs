// Session cookies that belong to the key of a client. The server keeps its secret, and no sessions.
import { randomBytes } from 'node:crypto';
import { HttpTokenBindingError, openCookie, sealCookie } from 'tokenbinding/http';

const cookie = { name: '__Host-session', secrets: [randomBytes(32)] };
const HOUR = 3_600_000;

/** @typedef {import('tokenbinding/http').RequestBindings} RequestBindings */

/**
 * @param {string} user
 * @param {RequestBindings} bindings of the request
 * @returns {string} the value of Set-Cookie
 */
export function makeSession(user, { provided: { identifier } }) {
  return sealCookie(user, { ...cookie, identifier, expires: new Date(Date.now() + HOUR) });
}

/**
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {RequestBindings} bindings of the request
 * @returns {string | undefined} the user; undefined without a session, or with one of another key
 */
export function findUser(headers, { provided: { identifier } }) {
  try {
    return openCookie(headers.cookie, { ...cookie, identifier });
  } catch (error) {
    if (!(error instanceof HttpTokenBindingError)) throw error;
    console.log(`server  | 401: ${error.message}`);
    return undefined;
  }
}
