import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The paths of this code in the package: as compiled, and in the chunk that is shipped (scripts/bundle.js). */
const PATHS = [
  join('dist', 'src', 'native', 'package-folder.js'),
  join('dist', 'src', 'chunks', 'base.js'),
];

/** Finds the package's folder; undefined if this code runs from another place, such as a bundle. */
export function packageFolder(): string | undefined {
  const file = findRunningFile();
  if (file === undefined) return undefined;
  return PATHS.map((path) => findFolder(file, path)).find((folder) => folder !== undefined);
}

/** The folder in which a file has this path, if it is the package's. */
function findFolder(file: string, path: string): string | undefined {
  const folder = resolve(file, relative(path, '.'));
  return relative(folder, file) === path && readPackageName(folder) === 'tokenbinding'
    ? folder
    : undefined;
}

/**
 * Finds the file that this code runs from by a stack trace. In a bundle import.meta.url can be missing, or
 * can name a file of the machine that built the bundle.
 */
function findRunningFile(): string | undefined {
  try {
    const name = fileNameInTrace();
    if (typeof name !== 'string') return undefined;
    return name.startsWith('file:') ? fileURLToPath(name) : name;
  } catch {
    // Error can be frozen, and the name can be no path of this system.
    return undefined;
  }
}

/** Replaces prepareStackTrace, which could apply source maps to the file name. */
function fileNameInTrace(): unknown {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, [site]) => site?.getFileName();
    return new Error().stack;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function readPackageName(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name;
  } catch {
    return undefined;
  }
}
