import { createRequire } from 'node:module';

// Node's `#public-suffixes` (package.json). The list takes as long to load as the rest of the package, and verification
// does not need it. Synchronous calls may need it, so it cannot be an import().

let tldts: typeof import('tldts') | undefined;

/** The registrable domain of a host by the public suffix list, private section included; null if it has none. */
export function registrableDomain(host: string): string | null {
  tldts ??= createRequire(import.meta.url)('tldts') as typeof import('tldts');
  return tldts.getDomain(host, { allowPrivateDomains: true });
}
