import { win32 } from 'node:path';
import { invalidArgType, outOfRange } from './check.js';

/** The longest path, in characters, that every function of Windows accepts (MAX_PATH without its NUL). */
const MAX_PATH_LENGTH = 259;
/** A path on a drive or a share with a file name and an extension. */
const FULL_PATH = /^(?:[a-z]:|\\\\[^\\?.][^\\]*\\[^\\]+)\\.+\.[a-z]+$/is;

/**
 * Checks the full path of a file for Windows to load. Windows would look for a relative path (`\\x` and `C:x` are
 * relative too) in the current folder, and would add an extension to a path without one.
 *
 * @param extension without its dot
 * @returns the normalized path; undefined if `value` is undefined
 */
export function checkWindowsPath(
  name: string,
  value: unknown,
  extension: 'dll' | 'node',
): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalidArgType(name, 'a string');
  const path = win32.normalize(value);
  const isFull = FULL_PATH.test(path) && path.toLowerCase().endsWith(`.${extension}`);
  if (!isFull || path.length > MAX_PATH_LENGTH || path.includes('\0')) {
    const wanted = `a full Windows path of at most ${MAX_PATH_LENGTH} characters that ends in .${extension}`;
    throw outOfRange(name, `${wanted}, such as C:\\folder\\tokenbinding.${extension}`);
  }
  return path;
}
