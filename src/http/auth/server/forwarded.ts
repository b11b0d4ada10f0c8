import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { outOfRange } from '../../../bytes/check.js';

/** The addresses of proxies that keep a connection to this server for each connection of a client. */
export type TrustedProxies = (socket: Socket) => boolean;

/** The fields that a proxy adds to a request (RFC 7239, RFC 9110 7.6.3, and their predecessors). */
const FIELDS: readonly string[] = ['forwarded', 'via', 'x-real-ip'];
const PREFIX = 'x-forwarded';

/**
 * Whether a request came through a proxy. Its client can share this connection with others: the proxy chooses the
 * connection for each request.
 */
export function isForwarded(request: IncomingMessage): boolean {
  for (const name in request.headers) {
    if (name.startsWith(PREFIX) || FIELDS.includes(name)) return true;
  }
  return false;
}

/** @throws RangeError for a text that is no address */
export function trustProxies(addresses: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const [index, address] of addresses.entries()) {
    const family = isIP(address);
    if (family === 0) {
      throw outOfRange(`options.trustedProxies[${index}]`, 'an IP address, not a range or a name');
    }
    list.addAddress(address, family === 4 ? 'ipv4' : 'ipv6');
  }
  return ({ remoteAddress = '' }) => {
    // A link-local address has a zone: fe80::1%eth0.
    const [address = ''] = remoteAddress.split('%');
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}
