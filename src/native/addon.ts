import { statSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, toNamespacedPath } from 'node:path';
import type { LoadResult } from './library.js';
import type { RawCalls } from './raw.js';
import type { RawSspiCalls } from './raw-sspi.js';

/** The addon's exports. */
export interface RawAddon {
  /**
   * Loads tokenbinding.dll.
   *
   * @param path full path of the DLL; undefined for the one in System32
   */
  openTokenBinding(
    path?: string,
  ): LoadResult<RawCalls, 'library-missing' | 'library-too-old' | 'symbol-missing'>;
  /** Loads the secur32.dll of System32. */
  openSspi(): LoadResult<RawSspiCalls, 'library-missing' | 'symbol-missing'>;
  /** Whether the ntdll.dll of this process is Wine's: it exports wine_get_version. */
  isWine(): boolean;
}

const FUNCTIONS = ['openTokenBinding', 'openSspi', 'isWine'] as const;

/** The addons of this thread by file. Each is loaded once. */
const loaded = new Map<string, RawAddon>();

/**
 * Loads an addon.
 *
 * @param file full path
 * @throws the error of process.dlopen, or an Error if the file is another addon
 */
export function loadAddon(file: string): RawAddon {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const module = { exports: {} as RawAddon };
  process.dlopen(module, toNamespacedPath(file));
  const { exports: addon } = module;
  if (FUNCTIONS.some((name) => typeof addon[name] !== 'function')) {
    throw new Error('the file is another addon or another version of this one');
  }
  loaded.set(file, addon);
  return addon;
}

/** Finds the addon's file for this platform in a package folder. */
export function findAddonFile(folder: string): string | undefined {
  const prebuilds = join(folder, 'prebuilds', `${process.platform}-${process.arch}`);
  const prebuilt = join(prebuilds, 'tokenbinding.node');
  const file = resolveAddon(folder, [prebuilds, join(folder, 'build', 'Release')]) ?? prebuilt;
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : file;
}

/**
 * Asks node-gyp-build for the addon's file and ignores a file outside the allowed folders. Environment
 * variables can direct node-gyp-build to other folders and architectures, and it also looks beside node.exe.
 * Neither may replace or hide a verifier.
 */
function resolveAddon(folder: string, allowed: readonly string[]): string | undefined {
  try {
    const require = Module.createRequire(join(folder, 'package.json'));
    const nodeGypBuild = require('node-gyp-build') as { resolve(folder: string): string };
    const file = nodeGypBuild.resolve(folder);
    return allowed.includes(dirname(file)) ? file : undefined;
  } catch {
    return undefined;
  }
}
