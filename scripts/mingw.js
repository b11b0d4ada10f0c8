// Shared by the cross-build and the checks of native/.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

export const root = fileURLToPath(new URL('..', import.meta.url));

export const TARGETS = { x64: 'x86_64-w64-mingw32', ia32: 'i686-w64-mingw32' };

export const TARGET = TARGETS.x64;

export const DEFINES = [
  'NAPI_VERSION=8',
  'NODE_ADDON_API_CPP_EXCEPTIONS',
  'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  'BUILDING_NODE_EXTENSION',
  '_WIN32_WINNT=0x0A00',
  'WIN32_LEAN_AND_MEAN',
  'NOMINMAX',
].map((define) => `-D${define}`);

export const HEADERS = [
  dirname(require.resolve('node-addon-api/package.json')),
  join(dirname(require.resolve('node-api-headers/package.json')), 'include'),
].flatMap((folder) => ['-isystem', folder]);

/** Finds a MinGW tool, preferably the one with POSIX threads; undefined if it is not installed. */
export function findMingwTool(name, arch = 'x64') {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [`${TARGETS[arch]}-${name}-posix`, `${TARGETS[arch]}-${name}`]
    .flatMap((file) => folders.map((folder) => join(folder, file)))
    .find(existsSync);
}

/** {@link findMingwTool}; ends the process if the tool is missing. */
export function mingwTool(name, arch = 'x64') {
  const found = findMingwTool(name, arch);
  if (found !== undefined) return found;
  const cpu = arch === 'x64' ? 'x86-64' : 'i686';
  console.error(
    `${TARGETS[arch]}-${name} is missing: apt-get install -y --no-install-recommends g++-mingw-w64-${cpu}-posix`,
  );
  process.exit(2);
}
