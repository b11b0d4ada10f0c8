import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { checkWindowsPath } from '../bytes/check-path.js';
import { hasOwn } from '../bytes/has-own.js';
import { warnOfPortable } from '../native/warn-portable.js';
import { Facade } from './facade.js';
import type { KeyStore } from './key-store.js';
import { findLibrary, unavailableError } from './library.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { PortableProvider } from './portable.js';
import type { ProviderDescription, TokenBindingProvider } from './token-binding-provider.js';
import { WindowsProvider } from './windows/provider.js';

/** Options of {@link open}. */
export interface OpenOptions {
  /**
   * `auto` (default): the Token Binding of Windows if it is available, otherwise the portable provider. `windows`: the
   * Token Binding of Windows, otherwise an error. `portable`: this package's own implementation, on every platform.
   */
  provider?: 'auto' | 'windows' | 'portable' | undefined;
  /**
   * On Windows, another DLL than System32's tokenbinding.dll: a full path that ends in .dll, `C:\\...`
   * or `\\\\server\\share\\...`, of at most 259 characters. Never load a DLL from a folder that other users
   * can write to. If the DLL cannot be used, `open` fails, with `auto` too.
   */
  libraryPath?: string | undefined;
  /**
   * On Windows, the addon of this package, for a bundled program that keeps it elsewhere: a full path as for
   * `libraryPath` that ends in .node. Never load an addon from a folder that other users can write to.
   */
  addonPath?: string | undefined;
  /**
   * Keeps the private keys of the portable provider; a new {@link MemoryKeyStore} by default. The Windows provider does
   * not use it: Windows keeps its keys itself.
   */
  keyStore?: KeyStore | undefined;
}

const OPTIONS = ['provider', 'libraryPath', 'addonPath', 'keyStore'] as const;
const PROVIDERS = ['auto', 'windows', 'portable'] as const;
const KEY_STORE_METHODS = ['get', 'add', 'delete', 'deleteAll'];

/**
 * Opens a provider of Token Binding. It chooses the provider once, here. `auto` falls back to the portable provider
 * only if Windows has no Token Binding, never because a call fails or because the addon or the DLL is broken.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError ERR_TB_UNAVAILABLE with the `reason` if `provider` is `windows` and Windows has no Token
 * Binding; ERR_TB_UNAVAILABLE or ERR_TB_OS if the addon or the DLL exists and cannot be loaded
 *
 * @example
 * import { open } from 'tokenbinding';
 *
 * const provider = open(); // Windows' own Token Binding if it is available
 * console.log(provider.provider.name, provider.provider.reason);
 *
 * const portable = open({ provider: 'portable' });
 * console.log(portable.provider); // { name: 'portable', reason: 'requested' }
 */
export function open(options: OpenOptions = {}): TokenBindingProvider {
  const { provider, libraryPath, addonPath, keyStore } = readOptions(options);
  if (provider === 'portable') return openPortable('requested', keyStore);
  const windows = findLibrary(libraryPath, addonPath);
  if (hasOwn(windows, 'calls')) {
    const reason = provider === 'windows' ? 'requested' : 'found';
    const description = { name: 'windows', reason, library: windows.path } as const;
    return new Facade(description, new WindowsProvider(windows.calls));
  }
  if (provider === 'windows') throw unavailableError(windows);
  warnOfPortable(windows);
  return openPortable(windows.reason, keyStore);
}

function openPortable(
  reason: ProviderDescription['reason'],
  keyStore: KeyStore = new MemoryKeyStore(),
): TokenBindingProvider {
  return new Facade({ name: 'portable', reason }, new PortableProvider(keyStore));
}

function readOptions(value: unknown): OpenOptions {
  const options = checkOptions('options', value, OPTIONS);
  const { provider: asked = 'auto', libraryPath, addonPath, keyStore } = options;
  const provider = checkOneOf('options.provider', asked, PROVIDERS);
  if (provider === 'windows' && keyStore !== undefined) {
    throw outOfRange('options.keyStore', 'absent: Windows keeps its keys itself');
  }
  if (provider === 'portable' && libraryPath !== undefined) {
    throw outOfRange('options.libraryPath', 'absent: the portable provider has no library');
  }
  if (provider === 'portable' && addonPath !== undefined) {
    throw outOfRange('options.addonPath', 'absent: the portable provider has no addon');
  }
  return {
    provider,
    libraryPath: checkWindowsPath('options.libraryPath', libraryPath, 'dll'),
    addonPath: checkWindowsPath('options.addonPath', addonPath, 'node'),
    keyStore: keyStore === undefined ? undefined : checkKeyStore(keyStore),
  };
}

function checkKeyStore(value: unknown): KeyStore {
  if (typeof value !== 'object' || value === null) {
    throw invalidArgType('options.keyStore', "a KeyStore, such as new FileKeyStore('./keys')");
  }
  const store = value as Record<string, unknown>;
  for (const method of KEY_STORE_METHODS) {
    // The methods of a class are on its prototype. A method of Object.prototype is not one of the KeyStore.
    const common = (Object.prototype as Record<string, unknown>)[method];
    if (typeof store[method] !== 'function' || store[method] === common) {
      throw invalidArgType('options.keyStore', `a KeyStore with a method ${method}`);
    }
  }
  return store as unknown as KeyStore;
}
