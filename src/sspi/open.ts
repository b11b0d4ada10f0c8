import { checkObject, checkOneOf } from '../bytes/check.js';
import { SspiError, type SspiUnavailableReason } from '../errors.js';
import { SspiFacade } from './facade.js';
import { PortableSspi } from './portable.js';
import type { Sspi } from './sspi.js';

/** Of {@link openSspi}. */
export interface OpenSspiOptions {
  /**
   * `auto` (default): Windows' own SSPI where it is there, else the portable provider. `windows`: Windows'
   * own or an error. `portable`: NTLMv2 and SPNEGO in TypeScript.
   */
  readonly provider?: 'auto' | 'windows' | 'portable' | undefined;
}

const PROVIDERS = ['auto', 'windows', 'portable'] as const;

/**
 * Opens SSPI. Which provider does the work is decided here, once.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION with the `reason`, for `provider: 'windows'` without one
 */
export function openSspi(options: OpenSspiOptions = {}): Sspi {
  const { provider: asked = 'auto' } = checkObject('options', options);
  const provider = checkOneOf('options.provider', asked, PROVIDERS);
  const portable = (reason: 'requested' | SspiUnavailableReason) =>
    new SspiFacade({ name: 'portable', reason }, new PortableSspi());
  if (provider === 'portable') return portable('requested');
  const reason = process.platform === 'win32' ? 'addon-missing' : 'not-windows';
  if (provider === 'auto') return portable(reason);
  const message = `the Windows provider is not available: ${MESSAGES[reason]}`;
  throw new SspiError('SEC_E_UNSUPPORTED_FUNCTION', message, { reason });
}

const MESSAGES: Readonly<Record<SspiUnavailableReason, string>> = {
  'not-windows': 'this is not Windows',
  'addon-missing': 'this package has no addon for SSPI',
};
