import { getDomain } from 'tldts';

// What bundlers take for `#public-suffixes` (package.json): they see this import.

/** The registrable domain of a host by the public suffix list, its private section included. */
export function registrableDomain(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true });
}
