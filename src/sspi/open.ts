import { checkOneOf, checkOptions, outOfRange } from '../bytes/check.js';
import { checkWindowsPath } from '../bytes/check-path.js';
import { warnOfPortable } from '../native/warn-portable.js';
import { isWine } from '../native/wine.js';
import { SspiError } from './error.js';
import { SspiFacade } from './facade.js';
import { findLibrary } from './library.js';
import { PortableSspi } from './portable.js';
import type { Sspi, SspiProviderDescription } from './sspi.js';
import { WindowsSspi } from './windows.js';

/** Of {@link openSspi}. */
export interface OpenSspiOptions {
  /**
   * `auto` (default): Windows' own SSPI where it is there, else the portable provider. `windows`: Windows'
   * own or an error. `portable`: NTLMv2 and SPNEGO in TypeScript.
   */
  readonly provider?: 'auto' | 'windows' | 'portable' | undefined;
  /**
   * On Windows, the file of this package's addon where a bundled program has it: a full path that ends in
   * .node, of at most 259 characters. Load no addon from where others can write.
   */
  readonly addonPath?: string | undefined;
}

const PROVIDERS = ['auto', 'windows', 'portable'] as const;

/**
 * Opens SSPI. Which provider does the work is decided here, once: `auto` falls back to the portable one
 * only where Windows' own is not there, never because a call was refused or because what is there does
 * not work.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION with the `reason`, for `provider: 'windows'` without one,
 * or with the `file` of an addon that does not load; ERR_SSPI_OS when the DLL does not
 */
export function openSspi(options: OpenSspiOptions = {}): Sspi {
  const { provider, addonPath } = readOptions(options);
  if (provider === 'portable') return openPortable('requested');
  const windows = findLibrary(addonPath);
  if ('calls' in windows) {
    const reason = provider === 'windows' ? 'requested' : 'found';
    const description = { name: 'windows', reason, library: windows.path } as const;
    return new SspiFacade(description, new WindowsSspi({ calls: windows.calls, isWine: isWine() }));
  }
  const { reason, message } = windows;
  if (provider === 'auto') {
    warnOfPortable(windows);
    return openPortable(reason);
  }
  const problem = `the Windows provider is not available: ${message}`;
  throw new SspiError('SEC_E_UNSUPPORTED_FUNCTION', problem, { reason });
}

function readOptions(value: unknown): OpenSspiOptions {
  const options = checkOptions('options', value, ['provider', 'addonPath']);
  const { provider: asked = 'auto' } = options;
  const provider = checkOneOf('options.provider', asked, PROVIDERS);
  if (provider === 'portable' && options.addonPath !== undefined) {
    throw outOfRange('options.addonPath', 'absent: the portable provider has no addon');
  }
  return { provider, addonPath: checkWindowsPath('options.addonPath', options.addonPath, 'node') };
}

function openPortable(reason: SspiProviderDescription['reason']): Sspi {
  return new SspiFacade({ name: 'portable', reason }, new PortableSspi());
}
