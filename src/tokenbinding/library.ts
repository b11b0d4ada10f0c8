import { hasOwn } from '../bytes/has-own.js';
import { findAddon } from '../native/find-addon.js';
import { type Library, readLoadResult, type Unavailable } from '../native/library.js';
import type { RawCalls } from '../native/raw.js';
import { TokenBindingError, type UnavailableReason } from './error.js';

/**
 * Finds Windows' tokenbinding.dll, or returns the reason why it is not available. An addon or DLL that exists and
 * does not load is an error, so that no caller falls back from it.
 *
 * @param libraryPath full path of another tokenbinding.dll than the one in System32. On Windows it is an error if
 * this DLL cannot be used
 * @param addonPath full path of another addon than the one of this package
 * @throws TokenBindingError ERR_TB_UNAVAILABLE with the `file` of an addon that does not load; ERR_TB_OS if the DLL
 * does not load; ERR_TB_UNAVAILABLE with the `reason` if `libraryPath` is given on Windows and not available
 */
export function findLibrary(
  libraryPath?: string,
  addonPath?: string,
): Library<RawCalls> | Unavailable<UnavailableReason> {
  const library = loadLibrary(libraryPath, addonPath);
  if (hasOwn(library, 'calls') || libraryPath === undefined) return library;
  if (library.reason === 'not-windows') return library;
  throw unavailableError(library);
}

function loadLibrary(
  libraryPath: string | undefined,
  addonPath: string | undefined,
): Library<RawCalls> | Unavailable<UnavailableReason> {
  const found = findAddon(addonPath, (message, details) => {
    return new TokenBindingError('ERR_TB_UNAVAILABLE', message, details);
  });
  if (!hasOwn(found, 'addon')) return found;
  const name = libraryPath ?? 'tokenbinding.dll of System32';
  return readLoadResult(found.addon.openTokenBinding(libraryPath), name, (message, details) => {
    return new TokenBindingError('ERR_TB_OS', message, details);
  });
}

/** The error for a Windows provider that was requested and is not available. */
export function unavailableError({
  reason,
  message,
}: Unavailable<UnavailableReason>): TokenBindingError {
  const problem = `the Windows provider is not available: ${message}`;
  return new TokenBindingError('ERR_TB_UNAVAILABLE', problem, { reason });
}
