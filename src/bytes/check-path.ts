import { win32 } from 'node:path';
import { wrongKind, wrongValue } from './check.js';

/** Characters of a path that every function of Windows takes. */
const MAX_PATH_LENGTH = 259;
/** On a drive or a share, with an extension and something before it. */
const FULL_PATH = /^(?:[a-z]:|\\\\[^\\?.][^\\]*\\[^\\]+)\\.+\.[a-z]+$/is;

/**
 * The full path of a file that Windows is to load. A path that is relative, as `\\x` and `C:x` are too,
 * would be sought where the process happens to be, and without the extension Windows would load another
 * file than the one named.
 *
 * @param extension without its dot
 * @returns the path, normalized; undefined as it is
 */
export function checkWindowsPath(
  name: string,
  value: unknown,
  extension: 'dll' | 'node',
): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw wrongKind(name, 'a string');
  const path = win32.normalize(value);
  const isFull = FULL_PATH.test(path) && path.toLowerCase().endsWith(`.${extension}`);
  if (!isFull || path.length > MAX_PATH_LENGTH || path.includes('\0')) {
    const wanted = `a full Windows path of at most ${MAX_PATH_LENGTH} characters that ends in .${extension}`;
    throw wrongValue(name, `${wanted}, such as C:\\folder\\tokenbinding.${extension}`);
  }
  return path;
}
