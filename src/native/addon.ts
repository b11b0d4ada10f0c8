import { statSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, toNamespacedPath } from 'node:path';
import type { RawAddon } from './raw.js';

/** The addons of this thread by their files: each is loaded once. */
const loaded = new Map<string, RawAddon>();

/**
 * Loads an addon.
 *
 * @param file full path
 * @throws whatever it does not load for
 */
export function loadAddon(file: string): RawAddon {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const module = { exports: {} as RawAddon };
  process.dlopen(module, toNamespacedPath(file));
  const { exports: addon } = module;
  if (typeof addon.openTokenBinding !== 'function' || typeof addon.openSspi !== 'function') {
    throw new Error('it is another addon, or one of another version');
  }
  loaded.set(file, addon);
  return addon;
}

/** The file of the addon that a package in this folder has for this platform. */
export function addonIn(folder: string): string | undefined {
  const prebuilds = join(folder, 'prebuilds', `${process.platform}-${process.arch}`);
  const prebuilt = join(prebuilds, 'tokenbinding.node');
  const file = foundIn(folder, [prebuilds, join(folder, 'build', 'Release')]) ?? prebuilt;
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : file;
}

/**
 * What node-gyp-build finds for this process. Environment variables send it to other folders and other
 * architectures, and it looks beside node.exe: a verifier is neither to be replaced nor to go missing
 * by those.
 */
function foundIn(folder: string, allowed: readonly string[]): string | undefined {
  try {
    const require = Module.createRequire(join(folder, 'package.json'));
    const nodeGypBuild = require('node-gyp-build') as { resolve(folder: string): string };
    const file = nodeGypBuild.resolve(folder);
    return allowed.includes(dirname(file)) ? file : undefined;
  } catch {
    return undefined;
  }
}
