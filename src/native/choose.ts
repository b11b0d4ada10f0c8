import { TokenBindingError, type UnavailableReason } from '../errors.js';
import { type Absence, findAddon } from './find-addon.js';
import type { RawAbsence, RawCalls } from './raw.js';
import { osStatus } from './status.js';

/** A tokenbinding.dll that can be called. */
export interface WindowsLibrary {
  readonly path: string;
  readonly calls: RawCalls;
}

/**
 * Finds the operating system's Token Binding. Absence is told from failure: a DLL or an addon that is
 * there and does not work is an error, so that nobody falls back from it.
 *
 * @param libraryPath another tokenbinding.dll than the one in System32; if it cannot be used, that is an
 * error and no absence
 * @param addonPath another file than the package's own addon
 * @throws TokenBindingError ERR_TB_UNAVAILABLE, ERR_TB_OS when the addon or the DLL does not load;
 * ERR_TB_UNAVAILABLE with the `reason` when `libraryPath` is named and there is no such DLL, one without the functions, or no addon to load it
 */
export function chooseWindows(
  libraryPath?: string,
  addonPath?: string,
): WindowsLibrary | Absence<UnavailableReason> {
  const found = findAddon(addonPath, (message, fault) => {
    return new TokenBindingError('ERR_TB_UNAVAILABLE', message, fault);
  });
  if (!('addon' in found)) return checkAbsence(found, libraryPath);
  const opening = found.addon.openTokenBinding(libraryPath);
  if ('calls' in opening) return opening;
  const name = libraryPath ?? 'tokenbinding.dll of System32';
  if ('failed' in opening) {
    const os = osStatus(opening.failed, opening.error);
    const message = `${name} does not load: ${os.name ?? os.hex}`;
    throw new TokenBindingError('ERR_TB_OS', message, { os });
  }
  return checkAbsence({ reason: opening.absence, message: describe(opening, name) }, libraryPath);
}

/** On Windows a library that was named is used or an error. */
function checkAbsence(
  absence: Absence<UnavailableReason>,
  libraryPath: string | undefined,
): Absence<UnavailableReason> {
  if (libraryPath !== undefined && absence.reason !== 'not-windows') throw unavailable(absence);
  return absence;
}

/** The error for a provider that was asked for and is not there. */
export function unavailable({ reason, message }: Absence<UnavailableReason>): TokenBindingError {
  const problem = `the Windows provider is not available: ${message}`;
  return new TokenBindingError('ERR_TB_UNAVAILABLE', problem, { reason });
}

function describe({ absence, missing }: RawAbsence, name: string): string {
  switch (absence) {
    case 'library-missing':
      return `there is no ${name}`;
    case 'library-too-old':
      return `${name} has the functions of the first Token Binding drafts only`;
    case 'symbol-missing':
      return `${name} has no function ${missing}`;
  }
}
