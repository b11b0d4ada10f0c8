import { hasOwn } from '../bytes/has-own.js';
import type { RawAddon } from '../native/addon.js';
import { findAddon } from '../native/find-addon.js';
import { type Library, readLoadResult, type Unavailable } from '../native/library.js';
import type { RawSspiCalls } from '../native/raw-sspi.js';
import { SspiError, type SspiUnavailableReason } from './error.js';

/**
 * Finds Windows' secur32.dll, or returns the reason why it is not available. An addon or DLL that exists and does
 * not load is an error, so that no caller falls back from it.
 *
 * @param addonPath full path of another addon than the one of this package
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION with the `file` of an addon that does not load; ERR_SSPI_OS if the
 * DLL does not load
 */
export function findLibrary(
  addonPath?: string,
): Library<RawSspiCalls> | Unavailable<SspiUnavailableReason> {
  const found = findAddon(addonPath, (message, details) => {
    return new SspiError('SEC_E_UNSUPPORTED_FUNCTION', message, details);
  });
  return hasOwn(found, 'addon') ? readLibrary(found.addon.openSspi()) : found;
}

/** Reads the addon's result of loading secur32.dll. Exported for tests. */
export function readLibrary(
  result: ReturnType<RawAddon['openSspi']>,
): Library<RawSspiCalls> | Unavailable<SspiUnavailableReason> {
  return readLoadResult(result, 'secur32.dll of System32', (message, details) => {
    return new SspiError('ERR_SSPI_OS', message, details);
  });
}
