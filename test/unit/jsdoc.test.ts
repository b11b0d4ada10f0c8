import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

// The .d.ts files are what an editor reads to show a comment at a name.

const types = fileURLToPath(new URL('../../src', import.meta.url));
const MODULES = ['index', 'wire', 'errors', 'sspi', 'http-auth', 'conformance'];

interface Declaration {
  readonly name: string;
  /** The interface or class of a member. */
  readonly owner?: string;
  readonly isDocumented: boolean;
}

const DECLARATION = /^export (?:declare )?(function|class|const|interface|type) (\w+)/;
/** A member of an interface or a class; private ones are not shown. */
const MEMBER = /^ {4}(?!private |#|constructor\(\))(?:static |readonly |get )*(\w+)\??[(:<]/;

/** The declarations in a file, and the members of its interfaces and classes. */
function declarationsIn(file: string): Declaration[] {
  const declarations: Declaration[] = [];
  let owner: string | undefined;
  let previous = '';
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const isDocumented = previous.trimEnd().endsWith('*/');
    const [, kind, name] = DECLARATION.exec(line) ?? [];
    const [, member] = MEMBER.exec(line) ?? [];
    if (kind !== undefined && name !== undefined) {
      owner = kind === 'interface' || kind === 'class' ? name : undefined;
      declarations.push({ name, isDocumented });
    } else if (member !== undefined && owner !== undefined) {
      declarations.push({ name: member, owner, isDocumented });
    }
    previous = line;
  }
  return declarations;
}

/** What a public module exports, from the files that declare it. */
function exportsOf(module: string): Declaration[] {
  const file = join(types, `${module}.d.ts`);
  const declarations = declarationsIn(file);
  const reexports = readFileSync(file, 'utf8').matchAll(
    /^export (?:type )?(?:\{([^}]*)\}|\*) from '(.*)\.js'/gm,
  );
  for (const [, list, specifier] of reexports) {
    const names = list?.split(',').map((name) => name.replace(/^\s*type\s/, '').trim());
    for (const declaration of declarationsIn(join(dirname(file), `${specifier}.d.ts`))) {
      const { owner, name } = declaration;
      if (names === undefined || names.includes(owner ?? name)) declarations.push(declaration);
    }
  }
  return declarations;
}

function undocumented(declarations: readonly Declaration[]): string[] {
  return declarations
    .filter(({ isDocumented }) => !isDocumented)
    .map(({ owner, name }) => (owner === undefined ? name : `${owner}.${name}`));
}

describe('JSDoc', () => {
  for (const module of MODULES) {
    it(`exists for each function and class: ${module}`, async () => {
      const names = Object.keys(await import(`../../src/${module}.js`));
      const declarations = exportsOf(module).filter(
        ({ owner, name }) => owner === undefined && names.includes(name),
      );
      // Each overload is a declaration of its own.
      const declared = new Set(declarations.map(({ name }) => name));
      assert.deepEqual([...declared].sort(), names.sort());
      assert.deepEqual(undocumented(declarations), []);
    });
  }

  for (const module of MODULES) {
    it(`exists for each type and member: ${module}`, () => {
      const declarations = exportsOf(module);
      assert.ok(declarations.some(({ owner }) => owner !== undefined));
      assert.deepEqual(undocumented(declarations), []);
    });
  }
});
