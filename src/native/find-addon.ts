import type { UnavailableReason } from '../errors.js';
import { addonIn, loadAddon } from './addon.js';
import { packageFolder } from './package-folder.js';
import type { RawAddon } from './raw.js';

/** Why there is nothing of Windows' to call. */
export interface Absence<Reason extends string> {
  readonly reason: Reason;
  /** The same in words. */
  readonly message: string;
}

/** The details of an error for an addon that does not load. */
export interface AddonFault {
  readonly file: string;
  readonly cause: unknown;
}

type AddonReason = Extract<UnavailableReason, 'not-windows' | 'addon-missing' | 'bundled'>;

/**
 * The addon, or why there is none.
 *
 * @param addonPath its file, in place of the package's own
 * @param failure makes the error for an addon that was named or is there, and does not load
 */
export function findAddon(
  addonPath: string | undefined,
  failure: (message: string, fault: AddonFault) => Error,
): { readonly addon: RawAddon } | Absence<AddonReason> {
  if (process.platform !== 'win32') {
    return { reason: 'not-windows', message: 'this is not Windows' };
  }
  const file = addonPath ?? ownAddon();
  if (typeof file !== 'string') return file;
  try {
    return { addon: loadAddon(file) };
  } catch (cause) {
    throw failure(`the addon ${file} does not load`, { file, cause });
  }
}

/** The file of the addon in this package, or why there is none. */
function ownAddon(): string | Absence<'addon-missing' | 'bundled'> {
  const folder = packageFolder();
  if (folder === undefined) {
    const message = "the code is bundled: name the addon's file by the option addonPath";
    return { reason: 'bundled', message };
  }
  const message = `this package has no addon for win32-${process.arch}`;
  return addonIn(folder) ?? { reason: 'addon-missing', message };
}
