import { getDomain } from 'tldts';

// The `#public-suffixes` of bundlers (package.json), which follow this import.

/** The registrable domain of a host by the public suffix list, private section included; null if it has none. */
export function registrableDomain(host: string): string | null {
  return getDomain(host, { allowPrivateDomains: true });
}
