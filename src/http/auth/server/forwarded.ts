import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { matchAddress } from '../../server/match-address.js';

/** The addresses of proxies that keep a connection to this server for each connection of a client. */
export type TrustedProxies = (socket: Socket) => boolean;

/** The fields that a proxy adds to a request (RFC 7239, RFC 9110 7.6.3, and their predecessors). */
const FIELD = /^(?:forwarded|via|x-real-ip)$|^x-forwarded/i;

/** What is used of a server of node:http. */
interface Limited {
  readonly maxHeadersCount?: number | null | undefined;
}

/** The fields of a request that Node keeps if the server has no limit of its own. */
const MAX_FIELDS = 1000;

/**
 * Whether a request came through a proxy, or can have: fields are missing. Its client can share this connection with
 * others: the proxy chooses the connection for each request.
 */
export function isForwarded({ rawHeaders, socket }: IncomingMessage): boolean {
  // `headers` has only the fields up to the limit.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (FIELD.test(rawHeaders[index] ?? '')) return true;
  }
  const { server } = socket as Socket & { readonly server?: Limited };
  const most = server?.maxHeadersCount ?? MAX_FIELDS;
  // With so many, Node may have dropped further ones. A limit of 0 is none.
  return most > 0 && rawHeaders.length >= 2 * most;
}

/** @throws RangeError for a text that is no address */
export function trustProxies(addresses: readonly string[]): TrustedProxies {
  return matchAddress(addresses, (index) => `options.trustedProxies[${index}]`);
}
