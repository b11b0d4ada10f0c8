import {
  checkObject,
  checkOneOf,
  checkOptions,
  invalidArgType,
  outOfRange,
} from '../bytes/check.js';
import { checkWindowsPath } from '../bytes/check-path.js';
import { chooseWindows, unavailable } from '../native/choose.js';
import { warnOfPortable } from '../native/warn-portable.js';
import { Facade } from './facade.js';
import type { KeyStore } from './key-store.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { PortableProvider } from './portable.js';
import type { ProviderDescription, TokenBindingProvider } from './token-binding-provider.js';
import { WindowsProvider } from './windows/windows.js';

export interface OpenOptions {
  /**
   * `auto` (default): the operating system's own Token Binding where it is there, else the portable
   * one. `windows`: the operating system's or an error. `portable`: the one in TypeScript.
   */
  provider?: 'auto' | 'windows' | 'portable' | undefined;
  /**
   * On Windows, another DLL than System32's tokenbinding.dll: a full path that ends in .dll, `C:\\...`
   * or `\\\\server\\share\\...`, of at most 259 characters. Load no DLL from where others can write. If it
   * cannot be used, `open` fails: with `auto` too it is no reason to fall back.
   */
  libraryPath?: string | undefined;
  /**
   * On Windows, the file of this package's addon where a bundled program has it: a full path as for
   * `libraryPath`, but one that ends in .node. Load no addon from where others can write.
   */
  addonPath?: string | undefined;
  /**
   * Where the portable provider keeps private keys; a {@link MemoryKeyStore} of its own by default.
   * The operating system keeps keys itself and does not use it.
   */
  keyStore?: KeyStore | undefined;
}

const OPTIONS = ['provider', 'libraryPath', 'addonPath', 'keyStore'] as const;
const PROVIDERS = ['auto', 'windows', 'portable'] as const;
const KEY_STORE_METHODS = ['get', 'add', 'delete', 'deleteAll'];

/**
 * Opens Token Binding. Which provider does the work is decided here, once: `auto` falls back to the
 * portable one only where the operating system has none, never because a call was refused or because
 * what is there does not work.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError ERR_TB_UNAVAILABLE with the `reason`, for `provider: 'windows'` without
 * one; ERR_TB_UNAVAILABLE or ERR_TB_OS when the addon or the DLL is there and does not load
 */
export function open(options: OpenOptions = {}): TokenBindingProvider {
  const { provider, libraryPath, addonPath, keyStore } = readOptions(options);
  if (provider === 'portable') return openPortable('requested', keyStore);
  const windows = chooseWindows(libraryPath, addonPath);
  if ('calls' in windows) {
    const reason = provider === 'windows' ? 'requested' : 'found';
    const description = { name: 'windows', reason, library: windows.path } as const;
    return new Facade(description, new WindowsProvider(windows.calls));
  }
  if (provider === 'windows') throw unavailable(windows);
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
  const store = checkObject('options.keyStore', value);
  for (const method of KEY_STORE_METHODS) {
    // A class has its methods on its prototype; what every object has is no method of a KeyStore.
    const common = (Object.prototype as Record<string, unknown>)[method];
    if (typeof store[method] !== 'function' || store[method] === common) {
      throw invalidArgType('options.keyStore', `a KeyStore with a method ${method}`);
    }
  }
  return store as unknown as KeyStore;
}
