import { win32 } from 'node:path';
import { checkObject, checkOptions, wrongKind, wrongValue } from '../bytes/check.js';
import { TokenBindingError } from '../errors.js';
import { chooseWindows } from '../native/choose.js';
import { Facade } from './facade.js';
import type { KeyStore } from './key-store.js';
import { MemoryKeyStore } from './memory-key-store.js';
import { PortableProvider } from './portable.js';
import type { ProviderDescription, TokenBinding } from './token-binding.js';
import { WindowsProvider } from './windows.js';

export interface OpenOptions {
  /**
   * `auto` (default): the operating system's own Token Binding where it is there, else the portable
   * one. `windows`: the operating system's or an error. `portable`: the one in TypeScript.
   */
  provider?: 'auto' | 'windows' | 'portable' | undefined;
  /**
   * On Windows, another DLL than System32's tokenbinding.dll: a full path that ends in .dll, `C:\\...`
   * or `\\\\server\\share\\...`, of at most 259 characters. Load no DLL from where others can write.
   */
  libraryPath?: string | undefined;
  /**
   * Where the portable provider keeps private keys; a {@link MemoryKeyStore} of its own by default.
   * The operating system keeps keys itself and does not use it.
   */
  keyStore?: KeyStore | undefined;
}

/** Characters of a path that every function of Windows takes. */
const MAX_PATH_LENGTH = 259;
const OPTIONS = ['provider', 'libraryPath', 'keyStore'] as const;
const PROVIDERS = ['auto', 'windows', 'portable'];
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
export function open(options: OpenOptions = {}): TokenBinding {
  const { provider, libraryPath, keyStore } = readOptions(options);
  if (provider === 'portable') return openPortable('requested', keyStore);
  const windows = chooseWindows(libraryPath);
  if ('calls' in windows) {
    const reason = provider === 'windows' ? 'requested' : 'found';
    const description = { name: 'windows', reason, library: windows.path } as const;
    return new Facade(description, new WindowsProvider(windows.calls));
  }
  const { reason, message } = windows;
  if (provider === 'auto') return openPortable(reason, keyStore);
  const problem = `the Windows provider is not available: ${message}`;
  throw new TokenBindingError('ERR_TB_UNAVAILABLE', problem, { reason });
}

function openPortable(
  reason: ProviderDescription['reason'],
  keyStore: KeyStore = new MemoryKeyStore(),
): TokenBinding {
  return new Facade({ name: 'portable', reason }, new PortableProvider(keyStore));
}

function readOptions(value: unknown): OpenOptions {
  const { provider = 'auto', libraryPath, keyStore } = checkOptions('options', value, OPTIONS);
  if (typeof provider !== 'string') throw wrongKind('options.provider', 'a string');
  if (!PROVIDERS.includes(provider)) {
    throw wrongValue('options.provider', `one of ${PROVIDERS.join(', ')}`);
  }
  if (provider === 'windows' && keyStore !== undefined) {
    throw wrongValue('options.keyStore', 'absent: Windows keeps its keys itself');
  }
  if (provider === 'portable' && libraryPath !== undefined) {
    throw wrongValue('options.libraryPath', 'absent: the portable provider has no library');
  }
  return {
    provider: provider as NonNullable<OpenOptions['provider']>,
    libraryPath: libraryPath === undefined ? undefined : checkLibraryPath(libraryPath),
    keyStore: keyStore === undefined ? undefined : checkKeyStore(keyStore),
  };
}

/**
 * A path that is relative, as `\\x` and `C:x` are too, would be sought where the process happens to be,
 * and without the extension Windows would load another file than the one named.
 */
function checkLibraryPath(value: unknown): string {
  const name = 'options.libraryPath';
  if (typeof value !== 'string') throw wrongKind(name, 'a string');
  const path = win32.normalize(value);
  const isFull = /^(?:[a-z]:|\\\\[^\\?.][^\\]*\\[^\\]+)\\.+\.dll$/is.test(path);
  if (!isFull || path.length > MAX_PATH_LENGTH || path.includes('\0')) {
    const wanted = `a full Windows path of at most ${MAX_PATH_LENGTH} characters that ends in .dll`;
    throw wrongValue(name, `${wanted}, such as C:\\folder\\tokenbinding.dll`);
  }
  return path;
}

function checkKeyStore(value: unknown): KeyStore {
  const store = checkObject('options.keyStore', value);
  for (const method of KEY_STORE_METHODS) {
    // A class has its methods on its prototype; what every object has is no method of a KeyStore.
    const common = (Object.prototype as Record<string, unknown>)[method];
    if (typeof store[method] !== 'function' || store[method] === common) {
      throw wrongKind('options.keyStore', `a KeyStore with a method ${method}`);
    }
  }
  return store as unknown as KeyStore;
}
