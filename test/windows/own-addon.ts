import { findAddonFile, loadAddon, type RawAddon } from '../../src/native/addon.js';
import { packageFolder } from '../../src/native/package-folder.js';

/** Loads the package's own addon, which was built for this test. */
export function ownAddon(): RawAddon {
  const folder = packageFolder();
  const file = folder === undefined ? undefined : findAddonFile(folder);
  if (file === undefined) throw new Error(`no addon in ${folder}`);
  return loadAddon(file);
}
