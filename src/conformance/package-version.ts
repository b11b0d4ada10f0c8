import { createRequire } from 'node:module';

/** The version in this package's own package.json. */
export function packageVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('tokenbinding/package.json') as { version: string }).version;
}
