import { registrableDomain } from '#public-suffixes';
import { BoundedMap } from './bounded-map.js';

/** The destination of a TokenBinding. */
export interface Target {
  /** The caller's URL. */
  readonly url: string;
  /**
   * The scope of the key (RFC 8473 8.1): the registrable domain by the public suffix list, private section included. A
   * host without one is its own scope: an IP address, localhost, a single label, a public suffix.
   */
  readonly scope: string;
}

/** A longer URL is rejected; a host name has at most 253 characters. */
export const MAX_URL_LENGTH = 4096;
const SCHEMES = ['https:', 'wss:'];
const targets = new BoundedMap<string, Target>(64);

/** Parses an absolute https: or wss: URL; undefined for any other text. */
export function parseTarget(url: string): Target | undefined {
  let target = targets.get(url);
  if (target === undefined && url.length <= MAX_URL_LENGTH && URL.canParse(url)) {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/\.$/, '');
    if (!SCHEMES.includes(protocol) || !/[^.]/.test(host)) return undefined;
    target = { url, scope: scopeOf(host) };
    // Never keep a URL that may contain a password.
    if (!url.includes('@')) targets.set(url, target);
  }
  return target;
}

function scopeOf(host: string): string {
  return registrableDomain(host) ?? host;
}
