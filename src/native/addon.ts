import { createRequire } from 'node:module';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TokenBindingError } from '../errors.js';
import type { RawAddon } from './raw.js';

const require = createRequire(import.meta.url);
const packageFolder = fileURLToPath(new URL('../../..', import.meta.url));
let addon: RawAddon | undefined;

/**
 * The addon, loaded once in a thread; undefined when the package has none for this platform.
 *
 * @throws TokenBindingError ERR_TB_UNAVAILABLE when it is there and does not load
 */
export function loadAddon(): RawAddon | undefined {
  if (addon !== undefined) return addon;
  const file = addonFile();
  if (file === undefined) return undefined;
  try {
    addon = require(file) as RawAddon;
    return addon;
  } catch (cause) {
    const message = `the addon ${file} does not load`;
    throw new TokenBindingError('ERR_TB_UNAVAILABLE', message, { file, cause });
  }
}

function addonFile(): string | undefined {
  const nodeGypBuild = require('node-gyp-build') as { resolve(folder: string): string };
  let file: string;
  try {
    file = nodeGypBuild.resolve(packageFolder);
  } catch {
    return undefined;
  }
  // node-gyp-build also looks beside node.exe, and where an environment variable says: a verifier is
  // not to be replaced from there.
  const within = relative(packageFolder, file);
  return within.startsWith('..') || isAbsolute(within) ? undefined : file;
}
