import { BrokenAddon, loadAddon } from './addon.js';
import type { RawAddon } from './raw.js';

/** Why there is nothing of Windows' to call. */
export interface Absence<Reason extends string> {
  readonly reason: Reason;
  /** The same in words. */
  readonly message: string;
}

/** The details of an error for an addon that is there and does not load. */
export interface AddonFault {
  readonly file: string;
  readonly cause: unknown;
}

/**
 * The addon, or why there is none.
 *
 * @param failure makes the error for an addon that is there and does not load
 */
export function findAddon(
  failure: (message: string, fault: AddonFault) => Error,
): { readonly addon: RawAddon } | Absence<'not-windows' | 'addon-missing'> {
  if (process.platform !== 'win32') {
    return { reason: 'not-windows', message: 'this is not Windows' };
  }
  try {
    const addon = loadAddon();
    if (addon !== undefined) return { addon };
  } catch (error) {
    if (!(error instanceof BrokenAddon)) throw error;
    throw failure(error.message, { file: error.file, cause: error.cause });
  }
  const message = `this package has no addon for win32-${process.arch}`;
  return { reason: 'addon-missing', message };
}
