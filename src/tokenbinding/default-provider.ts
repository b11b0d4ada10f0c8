import { open } from './open.js';
import type { TokenBindingProvider } from './token-binding-provider.js';

let openedProvider: TokenBindingProvider | undefined;

/**
 * The provider for calls that name none: `open()`, once for all of them, so that they have the same keys.
 *
 * @throws what {@link open} throws
 */
export function defaultProvider(): TokenBindingProvider {
  openedProvider ??= open();
  return openedProvider;
}
