import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { release, type, version } from 'node:os';
import { isWine } from '../../native/wine.js';
import type { LibraryDescription, SystemDescription } from './description.js';
import { fileVersion } from './file-version.js';

/** Describes the system that this process runs on. */
export function describeSystem(): SystemDescription {
  return {
    platform: `${process.platform} ${process.arch}`,
    name: process.platform === 'win32' ? version() : type(),
    release: release(),
    ...(isWine() && { wine: true as const }),
    node: process.version,
  };
}

/** Describes a loaded DLL by its file. */
export function describeLibrary(path: string): LibraryDescription {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    // A DLL can be loaded although its file may not be read.
    return { path };
  }
  const found = fileVersion(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, ...(found !== undefined && { version: found }), sha256 };
}
