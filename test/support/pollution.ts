import { readdirSync, readFileSync } from 'node:fs';

/**
 * Runs `work` while Object.prototype has these properties, as a careless library could leave them there. If `work`
 * returns a promise, it has them until the promise is settled.
 */
export function pollute<T>(properties: Readonly<Record<string, unknown>>, work: () => T): T {
  const clean = () => {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  };
  Object.assign(Object.prototype, properties);
  let result: T;
  try {
    result = work();
  } catch (error) {
    clean();
    throw error;
  }
  if (result instanceof Promise) return result.finally(clean) as T;
  clean();
  return result;
}

/** Names that the language itself reads, of a Promise, an iterator or a property descriptor. */
const OF_THE_LANGUAGE = [
  ...['then', 'return', 'toJSON', 'get', 'set', 'value', 'writable', 'enumerable', 'configurable'],
  ...Object.getOwnPropertyNames(Object.prototype),
];

/**
 * Runs `work` while Object.prototype has a getter for each name in the code of this package.
 *
 * @returns where the code read a property of Object.prototype: `name @ file:line`
 */
export async function readsOfPrototype(work: () => Promise<unknown>): Promise<string[]> {
  const names = namesInSource();
  const reads = new Set<string>();
  for (const name of names) trap(name, reads);
  try {
    await work();
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
  return [...reads].sort();
}

/** Every identifier in the code. */
function namesInSource(): Set<string> {
  const folder = new URL('../../src/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const names = new Set<string>();
  for (const file of files.filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(new URL(file.replaceAll('\\', '/'), folder), 'utf8');
    for (const [name] of code.matchAll(/\b[a-z_$][\w$]*\b/gi)) names.add(name);
  }
  for (const name of OF_THE_LANGUAGE) names.delete(name);
  return names;
}

function trap(name: string, reads: Set<string>): void {
  const attributes = { configurable: true, enumerable: true, writable: true };
  Object.defineProperty(Object.prototype, name, {
    configurable: true,
    // As if the property were not there.
    set(value) {
      Object.defineProperty(this, name, { ...attributes, value });
    },
    get() {
      if (this === globalThis) return undefined;
      const caller = new Error('a read').stack?.split('\n')[2] ?? '';
      const [, place] = /\/dist\/src\/(.*?\.js:\d+)/.exec(caller) ?? [];
      if (place !== undefined) reads.add(`${name} @ ${place}`);
      return undefined;
    },
  });
}
