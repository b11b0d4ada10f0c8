import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This file in the package. */
const HERE = join('dist', 'src', 'native', 'package-folder.js');

/** The package's folder; undefined when this code runs from another place, such as a bundle. */
export function packageFolder(): string | undefined {
  const file = runningFile();
  if (file === undefined) return undefined;
  const folder = resolve(file, relative(HERE, '.'));
  return relative(folder, file) === HERE && nameIn(folder) === 'tokenbinding' ? folder : undefined;
}

/**
 * The file that this code runs from, out of its own stack trace. In a bundle import.meta.url can be
 * missing, or name a file of the machine that made the bundle.
 */
function runningFile(): string | undefined {
  try {
    const name = nameInTrace();
    if (typeof name !== 'string') return undefined;
    return name.startsWith('file:') ? fileURLToPath(name) : name;
  } catch {
    // Error may be frozen, and a name may be no path of this system.
    return undefined;
  }
}

/** With a function of its own in place of what would make text of the trace, by way of source maps. */
function nameInTrace(): unknown {
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

function nameIn(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name;
  } catch {
    return undefined;
  }
}
