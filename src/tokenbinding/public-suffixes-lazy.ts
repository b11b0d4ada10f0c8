import { createRequire } from 'node:module';

// What Node takes for `#public-suffixes` (package.json): the list takes as long to load as all the rest of the
// package, and who only verifies needs none. The calls that need it may be synchronous, as import() is not.

let tldts: typeof import('tldts') | undefined;

/** The registrable domain of a host by the public suffix list, its private section included. */
export function registrableDomain(host: string): string | null {
  tldts ??= createRequire(import.meta.url)('tldts') as typeof import('tldts');
  return tldts.getDomain(host, { allowPrivateDomains: true });
}
