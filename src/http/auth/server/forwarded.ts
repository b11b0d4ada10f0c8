import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { matchAddress } from '../../server/match-address.js';
import { mayHideFields } from '../../server/raw-fields.js';

/** The addresses of proxies that keep a connection to this server for each connection of a client. */
export type TrustedProxies = (socket: Socket) => boolean;

/** The fields that a proxy adds to a request (RFC 7239, RFC 9110 7.6.3, and their predecessors). */
const FIELD = /^(?:forwarded|via|x-real-ip)$|^x-forwarded/i;

/**
 * Whether a request came through a proxy, or can have: fields are missing. Its client can share this connection with
 * others: the proxy chooses the connection for each request.
 */
export function isForwarded(request: IncomingMessage): boolean {
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (FIELD.test(rawHeaders[index] ?? '')) return true;
  }
  return mayHideFields(request);
}

/** @throws RangeError for a text that is no address */
export function trustProxies(addresses: readonly string[]): TrustedProxies {
  return matchAddress(addresses, (index) => `options.trustedProxies[${index}]`);
}
