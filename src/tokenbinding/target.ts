import { registrableDomain } from '#public-suffixes';
import { BoundedMap } from './bounded-map.js';

/** Where a Token Binding is to be sent. */
export interface Target {
  /** As the caller gave it. */
  readonly url: string;
  /**
   * The scope within which one key serves: the registrable domain by the public suffix list, its
   * private section included (RFC 8473 1.8); the host itself where there is none, as for IP
   * addresses, localhost, single labels and public suffixes.
   */
  readonly scope: string;
}

/** Longer ones are no targets: a host name has 253 characters. */
export const MAX_URL_LENGTH = 4096;
const SCHEMES = ['https:', 'wss:'];
const targets = new BoundedMap<string, Target>(64);

/** The target that an absolute https: or wss: URL names; undefined for any other text. */
export function parseTarget(url: string): Target | undefined {
  let target = targets.get(url);
  if (target === undefined && url.length <= MAX_URL_LENGTH && URL.canParse(url)) {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/\.$/, '');
    if (!SCHEMES.includes(protocol) || !/[^.]/.test(host)) return undefined;
    target = { url, scope: scopeOf(host) };
    // Not with a password in it.
    if (!url.includes('@')) targets.set(url, target);
  }
  return target;
}

function scopeOf(host: string): string {
  return registrableDomain(host) ?? host;
}
