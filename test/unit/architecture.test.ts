import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../src', import.meta.url));

/** What each folder may import besides itself: imports point one way. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  '.': ['.', 'bytes', 'cli', 'conformance', 'native/status.ts', 'sspi', 'tokenbinding'],
  bytes: [],
  native: ['errors.ts'],
  tokenbinding: ['bytes', 'errors.ts', 'native', 'tls'],
  sspi: ['bytes', 'errors.ts', 'native', 'tls'],
  tls: ['bytes'],
  conformance: ['bytes', 'errors.ts', 'native', 'sspi', 'tokenbinding'],
  cli: ['bytes', 'conformance', 'errors.ts', 'sspi', 'tokenbinding'],
};

/** The packages outside node: that may be imported, and the files that do. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node-gyp-build': ['native/addon.ts'],
  'tokenbinding/package.json': ['conformance/package-version.ts'],
  '#public-suffixes': ['tokenbinding/target.ts'],
  tldts: ['tokenbinding/public-suffixes.ts', 'tokenbinding/public-suffixes-lazy.ts'],
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const imports = source.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm);
  const calls = source.matchAll(/\b(?:require|import)\('([^']+)'\)/g);
  return Array.from([...imports, ...calls], ([, specifier = '']) => specifier);
}

function resolve(file: string, specifier: string): string {
  return posix.join(dirname(file), specifier).replace(/\.js$/, '.ts');
}

/** The folder directly in src/ that a file is in, or below; `.` for src/ itself. */
function folderOf(file: string): string {
  return dirname(file).split('/')[0] ?? '';
}

describe('architecture', () => {
  it('imports point one way, and no way is open that nobody takes', () => {
    assert.ok(files.length > 30);
    const taken = new Set<string>();
    for (const file of files) {
      const folder = folderOf(file);
      for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
        const target = resolve(file, specifier);
        const allowed = ALLOWED[folder] ?? [];
        const way = [folderOf(target), target].find((place) => allowed.includes(place));
        assert.ok(way !== undefined || folderOf(target) === folder, `${file} imports ${target}`);
        taken.add(`${folder} -> ${way}`);
      }
    }
    for (const [folder, allowed] of Object.entries(ALLOWED)) {
      for (const place of allowed)
        assert.ok(taken.has(`${folder} -> ${place}`), `${folder} -> ${place}`);
    }
  });

  it('has no circle of imports', () => {
    const open: string[] = [];
    const done = new Set<string>();
    const visit = (file: string) => {
      assert.ok(!open.includes(file), `circle: ${[...open, file].join(' -> ')}`);
      if (done.has(file)) return;
      open.push(file);
      const source = readFileSync(join(root, file), 'utf8');
      for (const [, type, specifier = ''] of source.matchAll(
        /^(?:import|export)( type)?\b[^;]*?from '(\.[^']+)'/gm,
      )) {
        if (type === undefined) visit(resolve(file, specifier));
      }
      open.pop();
      done.add(file);
    };
    for (const file of files) visit(file);
    assert.equal(done.size, files.length);
  });

  it('reaches each package through the files that are there for it', () => {
    for (const file of files) {
      for (const name of importsOf(file)) {
        if (name.startsWith('.') || name.startsWith('node:')) continue;
        assert.ok(PACKAGES[name]?.includes(file), `${file} imports ${name}`);
      }
    }
  });
});
