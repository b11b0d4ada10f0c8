import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawAddon } from './raw.js';

const require = createRequire(import.meta.url);
const packageFolder = fileURLToPath(new URL('../../..', import.meta.url));
const prebuilt = join(
  packageFolder,
  `prebuilds/${process.platform}-${process.arch}/tokenbinding.node`,
);
let addon: RawAddon | undefined;

/** An addon that is there and does not load. */
export class BrokenAddon extends Error {
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`the addon ${file} does not load`, { cause });
    this.file = file;
  }
}

/**
 * The addon, loaded once in a thread; undefined when the package has none for this platform.
 *
 * @throws BrokenAddon when it is there and does not load
 */
export function loadAddon(): RawAddon | undefined {
  if (addon !== undefined) return addon;
  const file = foundInPackage() ?? prebuilt;
  try {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
    addon = require(file) as RawAddon;
    return addon;
  } catch (cause) {
    throw new BrokenAddon(file, cause);
  }
}

/**
 * What node-gyp-build finds in the package for this process. Environment variables send it to other
 * folders and other architectures, and it looks beside node.exe: a verifier is neither to be replaced
 * nor to go missing by those.
 */
function foundInPackage(): string | undefined {
  try {
    const nodeGypBuild = require('node-gyp-build') as { resolve(folder: string): string };
    const file = nodeGypBuild.resolve(packageFolder);
    const folders = [dirname(prebuilt), join(packageFolder, 'build', 'Release')];
    return folders.includes(dirname(file)) ? file : undefined;
  } catch {
    return undefined;
  }
}
