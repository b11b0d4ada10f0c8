import { checkOneOf, checkOptions, outOfRange } from '../bytes/check.js';
import { checkWindowsPath } from '../bytes/check-path.js';
import { hasOwn } from '../bytes/has-own.js';
import { warnOfPortable } from '../native/warn-portable.js';
import { SspiError } from './error.js';
import { SspiFacade } from './facade.js';
import type { Sspi, SspiProviderDescription } from './interface.js';
import { findLibrary } from './library.js';
import { PortableSspi } from './portable/provider.js';
import { WindowsSspi } from './windows/provider.js';

/** Options of {@link openSspi}. */
export interface OpenSspiOptions {
  /**
   * The provider to open.
   *
   * - `auto` (default): Windows' SSPI if it is available, else the portable provider.
   * - `windows`: Windows' SSPI, or an error.
   * - `portable`: NTLMv2, SPNEGO and Kerberos in TypeScript, on every platform.
   */
  readonly provider?: 'auto' | 'windows' | 'portable' | undefined;
  /**
   * The file of this package's addon, for a bundled program on Windows: a full path that ends in `.node`, at most
   * 259 characters. Load no addon from a folder that others can write to. Not with `provider: 'portable'`.
   */
  readonly addonPath?: string | undefined;
}

const PROVIDERS = ['auto', 'windows', 'portable'] as const;

/**
 * Opens SSPI. The provider is chosen here, once. `auto` uses the portable provider only if Windows' SSPI is not
 * available. A call that Windows rejects is never retried on the portable provider.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION, with the `reason`, if `provider` is `windows` and it is not
 * available, or with the `file` of an addon that does not load; ERR_SSPI_OS if secur32.dll does not load
 *
 * @example
 * import { openSspi } from 'tokenbinding/sspi';
 *
 * // { provider: 'portable' } does the same work on every platform; the default prefers Windows' SSPI.
 * const sspi = openSspi({ provider: 'portable' });
 * for (const { name, capabilities } of sspi.enumerateSecurityPackages()) {
 *   console.log(name, capabilities.join(' '));
 * }
 */
export function openSspi(options: OpenSspiOptions = {}): Sspi {
  const { provider, addonPath } = readOptions(options);
  if (provider === 'portable') return openPortable('requested');
  const windows = findLibrary(addonPath);
  if (hasOwn(windows, 'calls')) {
    const reason = provider === 'windows' ? 'requested' : 'found';
    const description = { name: 'windows', reason, library: windows.path } as const;
    return new SspiFacade(description, new WindowsSspi(windows.calls));
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
    throw outOfRange('options.addonPath', 'absent: the portable provider uses no addon');
  }
  return { provider, addonPath: checkWindowsPath('options.addonPath', options.addonPath, 'node') };
}

function openPortable(reason: SspiProviderDescription['reason']): Sspi {
  return new SspiFacade({ name: 'portable', reason }, new PortableSspi());
}
