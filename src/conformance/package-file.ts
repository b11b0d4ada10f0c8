import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TokenBindingError } from '../errors.js';
import { packageFolder } from '../native/package-folder.js';

/**
 * The full path of a file of this package, wherever the code lies in it.
 *
 * @throws TokenBindingError ERR_TB_NOT_SUPPORTED in a bundle: a package of this name above it can be anybody's
 */
export function findPackageFile(path: string): string {
  const folder = packageFolder();
  if (folder === undefined) {
    const problem = 'the code is bundled, and this call reads files of the package';
    throw new TokenBindingError(
      'ERR_TB_NOT_SUPPORTED',
      `${problem}: leave tokenbinding out of the bundle`,
    );
  }
  return join(folder, path);
}

/** Reads a text of this package by its path in the package. */
export function readPackageFile(path: string): string {
  return readFileSync(findPackageFile(path), 'utf8');
}
