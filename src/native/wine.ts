import { hasOwn } from '../bytes/has-own.js';
import { findAddon } from './find-addon.js';

/** Whether this process runs on Wine. Without an addon that loads this is not known and false. */
export function isWine(): boolean {
  try {
    const found = findAddon(undefined, (message, { cause }) => new Error(message, { cause }));
    return hasOwn(found, 'addon') && found.addon.isWine();
  } catch {
    return false;
  }
}
