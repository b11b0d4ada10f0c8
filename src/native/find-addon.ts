import { findAddonFile, loadAddon, type RawAddon } from './addon.js';
import type { Unavailable } from './library.js';
import { packageFolder } from './package-folder.js';

/** The details of the error for an addon that does not load. */
export interface AddonLoadFailure {
  readonly file: string;
  readonly cause: unknown;
}

/**
 * Finds and loads the addon, or returns the reason why it is not available.
 *
 * @param addonPath full path of the addon; undefined for the one of this package
 * @param newError creates the error for an addon that does not load
 */
export function findAddon(
  addonPath: string | undefined,
  newError: (message: string, details: AddonLoadFailure) => Error,
): { readonly addon: RawAddon } | Unavailable<'not-windows' | 'addon-missing' | 'bundled'> {
  if (process.platform !== 'win32') {
    return { reason: 'not-windows', message: 'this is not Windows' };
  }
  const file = addonPath ?? findOwnAddon();
  if (typeof file !== 'string') return file;
  try {
    return { addon: loadAddon(file) };
  } catch (cause) {
    throw newError(`the addon ${file} does not load`, { file, cause });
  }
}

/** Finds the addon's file in this package, or returns the reason why it is not available. */
function findOwnAddon(): string | Unavailable<'addon-missing' | 'bundled'> {
  const folder = packageFolder();
  if (folder === undefined) {
    const message = "the code is bundled: name the addon's file by the option addonPath";
    return { reason: 'bundled', message };
  }
  const message = `this package has no addon for win32-${process.arch}`;
  return findAddonFile(folder) ?? { reason: 'addon-missing', message };
}
