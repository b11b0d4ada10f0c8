import { getDomain } from 'tldts';

/**
 * The scope within which one key serves: the registrable domain of the target by the public suffix
 * list, its private section included (RFC 8473 1.8); the host itself where there is none, as for
 * IP addresses, localhost, single labels and public suffixes.
 */
export function keyScope(targetUrl: string): string {
  const host = new URL(targetUrl).hostname.replace(/\.$/, '');
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}
