import { readPackageFile } from './package-file.js';

/** The version in this package's own package.json. */
export function packageVersion(): string {
  return (JSON.parse(readPackageFile('package.json')) as { version: string }).version;
}
