import { isIP, isIPv6 } from 'node:net';
import { outOfRange } from '../../bytes/check.js';
import type { ConnectionHooks, Destination } from './hooks.js';

/** The parts of a destination, as the options of a request have them. */
export interface DestinationParts {
  readonly protocol: string;
  /** A name or an address. An IPv6 address may have brackets. */
  readonly host: string;
  readonly port: string | number;
}

/**
 * The destination of a URL, whose path does not count, or of its parts.
 *
 * @throws RangeError for another protocol than http and https, for a user name or a password, and for a host that
 * is more than a host
 */
export function destinationOf(from: string | URL | DestinationParts): Destination {
  const isUrl = typeof from === 'string' || from instanceof URL;
  const url = isUrl ? parseUrl(String(from)) : parseParts(from);
  const { protocol } = url;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw outOfRange('protocol', "'http:' or 'https:'");
  }
  return {
    protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (protocol === 'http:' ? 80 : 443) : Number(url.port),
    origin: url.origin,
  };
}

/** The name for SNI, which has no addresses (RFC 6066 3). */
export function servernameOf(hostname: string): string {
  return isIP(hostname) === 0 ? hostname : '';
}

/** The request target of a path: in the absolute form behind a forward proxy (RFC 9112 3.2.2). */
export function targetOf(hooks: ConnectionHooks, destination: Destination, path: string): string {
  const isProxied = hooks.isForwardProxy && destination.protocol === 'http:';
  return isProxied ? absoluteTarget(destination, path) : path;
}

/** @throws RangeError for a path that could continue the name of the host */
export function absoluteTarget({ origin }: Destination, target: string): string {
  // RFC 9112 3.2.4: OPTIONS * goes to a proxy without path and query.
  if (target === '*') return origin;
  if (!target.startsWith('/')) throw outOfRange('path', 'a path that starts with /');
  return origin + target;
}

function parseParts({ protocol, host, port }: DestinationParts): URL {
  const name = isIPv6(host) ? `[${host}]` : host;
  const url = parseUrl(`${protocol}//${name}:${port}`);
  // The parser of URLs drops tabs and line ends.
  if (/\s/.test(host) || url.href !== `${url.origin}/`)
    throw outOfRange('host', 'a name or an address alone');
  return url;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw outOfRange('url', 'a valid URL');
  if (url.username !== '' || url.password !== '') {
    throw outOfRange('url', 'a URL without user name and password');
  }
  return url;
}
