import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findCircles, type ImportGraph, specifiersOf } from '../support/imports.js';

const root = fileURLToPath(new URL('../../../src', import.meta.url));

/**
 * The folders and files that each folder of src/ may import besides itself. `.` is src/ itself. A folder that is named
 * below another one has imports of its own.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  native: ['bytes'],
  tls: ['bytes'],
  tokenbinding: ['bytes', 'native', 'tls'],
  sspi: ['bytes', 'native', 'tls'],
  'http/connection': ['bytes'],
  'http/server': ['bytes'],
  'http/auth': ['bytes'],
  'http/auth/client': ['bytes', 'sspi', 'http/connection', 'http/auth'],
  'http/auth/server': ['bytes', 'sspi', 'http/server', 'http/auth'],
  'http/tokenbinding': ['bytes', 'tokenbinding', 'http/server'],
  'http/tokenbinding/client': ['bytes', 'tokenbinding', 'http/connection', 'http/tokenbinding'],
  'http/tokenbinding/server': [
    ...['bytes', 'tls', 'tokenbinding', 'http/server'],
    ...['http/tokenbinding', 'http/tokenbinding/ttrp'],
  ],
  'http/tokenbinding/ttrp': ['bytes', 'tokenbinding', 'http/server', 'http/tokenbinding'],
  'http/tokenbinding/ttrp/proxy': [
    ...['bytes', 'tokenbinding', 'http/server'],
    ...['http/tokenbinding', 'http/tokenbinding/server', 'http/tokenbinding/ttrp'],
  ],
  'http/tokenbinding/tokens': ['bytes', 'tokenbinding', 'http/tokenbinding'],
  conformance: ['bytes', 'native', 'tokenbinding', 'sspi', 'errors.ts'],
  cli: ['bytes', 'tokenbinding', 'sspi', 'conformance', 'errors.ts'],
  '.': [
    ...['bytes', 'native/status.ts', 'tokenbinding', 'sspi', 'conformance', 'cli'],
    ...['http/auth', 'http/auth/client', 'http/auth/server'],
    ...['http/tokenbinding', 'http/tokenbinding/client', 'http/tokenbinding/server'],
    ...['http/tokenbinding/tokens', 'http/tokenbinding/ttrp', 'http/tokenbinding/ttrp/proxy'],
  ],
};

/** The packages outside node: that may be imported, and the files that do. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node-gyp-build': ['native/addon.ts'],
  '#public-suffixes': ['tokenbinding/target.ts'],
  tldts: ['tokenbinding/public-suffixes.ts', 'tokenbinding/public-suffixes-lazy.ts'],
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

/** What each file imports: files of src/, and packages by their specifiers. */
const graph: ImportGraph = new Map(
  files.map((file) => {
    const specifiers = specifiersOf(readFileSync(join(root, file), 'utf8'));
    return [file, specifiers.map((specifier) => resolve(file, specifier))];
  }),
);

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.join(dirname(file), specifier).replace(/\.js$/, '.ts');
}

/** The innermost folder of {@link ALLOWED} that a file is in or below; `.` for a file of src/ itself. */
function folderOf(file: string): string {
  let folder = dirname(file);
  while (ALLOWED[folder] === undefined && folder !== '.') folder = dirname(folder);
  assert.ok(folder !== '.' || dirname(file) === '.', `${file} is in no folder of the table`);
  return folder;
}

/** The imports from one folder to another, as the entry of {@link ALLOWED} that allows each. */
function findArrows() {
  const taken = new Set<string>();
  const forbidden: string[] = [];
  for (const [file, targets] of graph) {
    for (const target of targets.filter((name) => graph.has(name))) {
      const [from, to] = [folderOf(file), folderOf(target)];
      const entry = [to, target].find((place) => ALLOWED[from]?.includes(place));
      if (entry !== undefined) taken.add(`${from} -> ${entry}`);
      else if (from !== to) forbidden.push(`${file} -> ${target}`);
    }
  }
  return { taken, forbidden };
}

describe('architecture', () => {
  it('has only the imports between folders that the table allows', () => {
    assert.ok(files.length > 30);
    assert.deepEqual(findArrows().forbidden, []);
  });

  it('uses every arrow of the table', () => {
    const arrows = Object.entries(ALLOWED).flatMap(([from, places]) =>
      places.map((place) => `${from} -> ${place}`),
    );
    assert.deepEqual(Array.from(findArrows().taken).sort(), arrows.sort());
  });

  it('has no import cycle, type imports included', () => {
    assert.deepEqual(findCircles(graph), []);
  });

  it('imports only files that exist and the packages of the table', () => {
    for (const [file, targets] of graph) {
      for (const name of targets) {
        const isAllowed = graph.has(name) || name.startsWith('node:');
        assert.ok(isAllowed || PACKAGES[name]?.includes(file), `${file} imports ${name}`);
      }
    }
  });
});

describe('the test of the architecture', () => {
  it('counts each form of import', () => {
    const source = `import './a.js';
      import b, { type B } from './b.js';
      import type {
        C,
      } from './c.js';
      export * from './d.js';
      export type * from './e.js';
      const f = await import('./f.js');
      type G = import('./g.js').G;
      const h = require('./h.js');
      const text = "import of './i.js'";`.replaceAll(/^ +/gm, '');
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    assert.deepEqual(
      specifiersOf(source).sort(),
      names.map((name) => `./${name}.js`),
    );
  });

  it('reports each cycle once, by its shortest path', () => {
    const circles = findCircles(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', ['a', 'd']],
        ['d', ['e', 'node:fs']],
        ['e', ['d']],
        ['f', ['a', 'f']],
        ['g', ['f']],
      ]),
    );
    assert.deepEqual(circles, ['a -> b -> c -> a', 'a -> c -> a', 'd -> e -> d', 'f -> f']);
  });
});
