import { SspiError, type SspiUnavailableReason } from '../errors.js';
import { type Absence, findAddon } from './find-addon.js';
import type { RawSspiCalls, RawSspiOpening } from './raw-sspi.js';
import { osStatus } from './status.js';

/** A secur32.dll that can be called. */
export interface SspiLibrary {
  readonly path: string;
  readonly calls: RawSspiCalls;
}

const NAME = 'secur32.dll of System32';

/**
 * Finds the operating system's SSPI. Absence is told from failure, as in {@link chooseWindows}.
 *
 * @param addonPath another file than the package's own addon
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION with the `file` of an addon that does not load; ERR_SSPI_OS
 * when the DLL does not
 */
export function chooseSspi(addonPath?: string): SspiLibrary | Absence<SspiUnavailableReason> {
  const found = findAddon(addonPath, (message, fault) => {
    return new SspiError('SEC_E_UNSUPPORTED_FUNCTION', message, fault);
  });
  if (!('addon' in found)) return found;
  return libraryOf(found.addon.openSspi());
}

/** What an answer of the addon means; apart from {@link chooseSspi} for tests. */
export function libraryOf(opening: RawSspiOpening): SspiLibrary | Absence<SspiUnavailableReason> {
  if ('calls' in opening) return opening;
  if ('failed' in opening) {
    const os = osStatus(opening.failed, opening.error);
    throw new SspiError('ERR_SSPI_OS', `${NAME} does not load: ${os.name ?? os.hex}`, { os });
  }
  const { absence: reason, missing } = opening;
  const message =
    reason === 'library-missing' ? `there is no ${NAME}` : `${NAME} has no function ${missing}`;
  return { reason, message };
}
