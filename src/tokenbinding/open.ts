import { TokenBindingError } from '../errors.js';
import { windowsAbsence } from '../native/choose.js';
import { checkObject, wrongKind, wrongValue } from './arguments.js';
import { Facade } from './facade.js';
import type { KeyStore } from './key-store.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { PortableProvider } from './portable.js';
import type { TokenBinding } from './token-binding.js';

export interface OpenOptions {
  /**
   * `auto` (default): the operating system's own Token Binding where it is there, else the portable
   * one. `windows`: the operating system's or an error. `portable`: the one in TypeScript. This
   * version of the package cannot reach the operating system's: `windows` always fails.
   */
  provider?: 'auto' | 'windows' | 'portable' | undefined;
  /**
   * Where the portable provider keeps private keys; a {@link MemoryKeyStore} of its own by default.
   * The operating system keeps keys itself and does not use it.
   */
  keyStore?: KeyStore | undefined;
}

const PROVIDERS = ['auto', 'windows', 'portable'];
const KEY_STORE_METHODS = ['get', 'add', 'delete', 'deleteAll'];

/**
 * Opens Token Binding. Which provider does the work is decided here, once: `auto` falls back to the
 * portable one only where the operating system has none, never because a call was refused.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError ERR_TB_UNAVAILABLE with the `reason`, for `provider: 'windows'` without one
 */
export function open(options: OpenOptions = {}): TokenBinding {
  const { provider = 'auto', keyStore } = checkObject('options', options) as OpenOptions;
  if (typeof provider !== 'string') throw wrongKind('options.provider', 'a string');
  if (!PROVIDERS.includes(provider)) {
    throw wrongValue('options.provider', `one of ${PROVIDERS.join(', ')}`);
  }
  const store = keyStore === undefined ? new MemoryKeyStore() : checkKeyStore(keyStore);
  const absence = windowsAbsence();
  if (provider === 'windows') {
    if (keyStore !== undefined) {
      throw wrongValue('options.keyStore', 'absent: Windows keeps its keys itself');
    }
    const message = `the Windows provider is not available: ${absence}`;
    throw new TokenBindingError('ERR_TB_UNAVAILABLE', message, { reason: absence });
  }
  const reason = provider === 'portable' ? 'requested' : absence;
  return new Facade({ name: 'portable', reason }, new PortableProvider(store));
}

function checkKeyStore(value: unknown): KeyStore {
  const store = checkObject('options.keyStore', value);
  for (const method of KEY_STORE_METHODS) {
    if (typeof store[method] !== 'function') {
      throw wrongKind('options.keyStore', `a KeyStore with a method ${method}`);
    }
  }
  return store as unknown as KeyStore;
}
