import { findAddonFile, loadAddon, type RawAddon } from '../../src/native/addon.js';
import { packageFolder } from '../../src/native/package-folder.js';

/** The file of the package's own addon, which was built for this test. */
export function ownAddonFile(): string {
  const folder = packageFolder();
  const file = folder === undefined ? undefined : findAddonFile(folder);
  if (file === undefined) throw new Error(`no addon in ${folder}`);
  return file;
}

/** Loads {@link ownAddonFile}. */
export function ownAddon(): RawAddon {
  return loadAddon(ownAddonFile());
}
