import { invalidArgType } from '../../bytes/check.js';
import { defaultProvider } from '../../tokenbinding/default-provider.js';
import type { TokenBindingProvider } from '../../tokenbinding/token-binding-provider.js';

/**
 * @param call the call that is needed of the provider
 * @throws TypeError for another value; what `open` throws
 */
export function checkProvider(
  value: unknown,
  call: 'generateBinding' | 'verifyMessage',
): TokenBindingProvider {
  if (value === undefined) return defaultProvider();
  const provider = value as TokenBindingProvider | null;
  if (typeof provider?.[call] === 'function') return provider;
  throw invalidArgType('options.tokenBinding', 'a provider of open()');
}
