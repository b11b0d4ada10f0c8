import { TokenBindingError, type UnavailableReason } from '../errors.js';
import { type Absence, findAddon } from './find-addon.js';
import type { RawCalls } from './raw.js';
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
 * @param libraryPath another tokenbinding.dll than the one in System32
 * @throws TokenBindingError ERR_TB_UNAVAILABLE, ERR_TB_OS when the addon or the DLL does not load
 */
export function chooseWindows(libraryPath?: string): WindowsLibrary | Absence<UnavailableReason> {
  const found = findAddon((message, fault) => {
    return new TokenBindingError('ERR_TB_UNAVAILABLE', message, fault);
  });
  if (!('addon' in found)) return found;
  const opening = found.addon.openTokenBinding(libraryPath);
  if ('calls' in opening) return opening;
  const name = libraryPath ?? 'tokenbinding.dll of System32';
  if ('failed' in opening) {
    const os = osStatus(opening.failed, opening.error);
    const message = `${name} does not load: ${os.name ?? os.hex}`;
    throw new TokenBindingError('ERR_TB_OS', message, { os });
  }
  const { absence: reason, missing } = opening;
  switch (reason) {
    case 'library-missing':
      return { reason, message: `there is no ${name}` };
    case 'library-too-old':
      return {
        reason,
        message: `${name} has the functions of the first Token Binding drafts only`,
      };
    case 'symbol-missing':
      return { reason, message: `${name} has no function ${missing}` };
  }
}
