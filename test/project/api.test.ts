import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CONFIG = 'scripts/api/tsconfig.json';

function runScript(folder: string, ...args: string[]) {
  const command = [join(root, 'scripts/api/main.js'), ...args];
  const result = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
  // On a busy machine the compiler of TypeScript 7 sometimes says that it was told to end.
  return { ...result, stderr: result.stderr.replace(/^context canceled\n/m, '') };
}

/** The build of a package with two entry points. */
function writePackage(folder: string, index: string, other = ''): string {
  mkdirSync(join(folder, 'dist/src'), { recursive: true });
  mkdirSync(join(folder, 'scripts/api'), { recursive: true });
  copyFileSync(join(root, CONFIG), join(folder, CONFIG));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const exports = {
    '.': { types: './dist/src/index.d.ts' },
    './other': { types: './dist/src/other.d.ts' },
    './package.json': './package.json',
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'example', exports }));
  writeFileSync(join(folder, 'dist/src/index.d.ts'), `/** The index. */\nexport {};\n${index}\n`);
  writeFileSync(join(folder, 'dist/src/other.d.ts'), `/** The other. */\nexport {};\n${other}\n`);
  return folder;
}

const folder = temporaryFolder();
const file = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('the record and the reference of the API', () => {
  it('are those of this build', () => {
    const { status, stderr } = runScript(root, '--check');
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  writePackage(
    folder,
    `import type { Hidden } from './hidden.js';
export type { Shared } from './other.js';
/** Opens a {@link Door}, as {@link Door.open} does. */
export declare function open(hidden: Hidden, name: (typeof NAMES)[number]): Name;
/** A name. */
export type Name = (typeof NAMES)[number];
declare const NAMES: readonly ["b", "a"];
/** A door. */
export declare class Door {
    #private;
    private key;
    /**
     * Opens it.
     *
     * @param width in millimetres
     * @throws RangeError for a width of zero
     */
    open(width: number): void;
}`,
    '/** Shared by both. */\nexport interface Shared {\n    /** Its size in bytes. */\n    size: number;\n}',
  );
  writeFileSync(
    join(folder, 'dist/src/hidden.d.ts'),
    `/** Not exported. */
export interface Hidden {
    /** Two bytes. */
    readonly bytes: Uint8Array;
}
declare module 'node:http' {
    interface IncomingMessage {
        /** The door of a request. */
        door?: Hidden;
    }
}`,
  );

  it('have the names of each entry point, and what they use', () => {
    const { status, stderr } = runScript(folder);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.equal(
      file('api/record/example.md'),
      `# example

\`\`\`ts
export class Door {
    open(width: number): void;
}

export type Name = 'a' | 'b';

export interface Shared {
    size: number;
}

export function open(hidden: Hidden, name: (typeof NAMES)[number]): Name;
\`\`\`

Used, but not exported:

\`\`\`ts
export interface Hidden {
    readonly bytes: Uint8Array;
}
\`\`\`

Added to modules of Node:

\`\`\`ts
declare module 'node:http' {
    interface IncomingMessage {
        door?: Hidden;
    }
}
\`\`\`
`,
    );
    assert.match(file('api/record/other.md'), /^export \{ Shared \} from 'example';$/m);
  });

  it('link to what comments name, and list what they say of each member', () => {
    const page = file('api/reference/example.md');
    assert.match(
      page,
      /^Opens a \[`Door`\]\(#class-door\), as \[`Door.open`\]\(#class-door\) does\.$/m,
    );
    assert.match(
      page,
      /^- `open`: Opens it\.\n\n {2}Parameters:\n\n {2}- `width`: in millimetres$/m,
    );
    assert.match(page, /^ {2}- RangeError for a width of zero$/m);
    assert.match(page, /^- `door`: The door of a request\.$/m);
    assert.match(file('api/reference/other.md'), /\[`Shared`\]\(example\.md#interface-shared\)/);
  });

  it('are out of date if a page differs, is missing or is left over', () => {
    appendFileSync(join(folder, 'api/record/example.md'), 'more\n');
    writeFileSync(join(folder, 'api/reference/old.md'), '');
    const { status, stderr } = runScript(folder, '--check');
    assert.equal(status, 1);
    assert.deepEqual(stderr.trim().split('\n'), [
      'api/record/example.md is out of date: npm run api writes it',
      'api/reference/old.md is out of date: npm run api writes it',
    ]);
    rmSync(join(folder, 'api'), { recursive: true });
    assert.equal(runScript(folder, '--check').status, 1);
    assert.equal(runScript(folder).status, 0);
    assert.equal(runScript(folder, '--check').status, 0);
  });

  it('take no other option', () => {
    assert.equal(runScript(folder, '--chek').status, 2);
  });

  it('are not written if a comment is missing or wrong', () => {
    const wrong = writePackage(
      temporaryFolder(),
      `export interface Bare {
    size: number;
}
/** See {@link Nothing}, {@link Bare.width} and {@linkcode Bare}. */
export declare const LIMIT = 5;
/**
 * Closes it.
 *
 * @param socket there is none
 * @todo more
 */
export declare function close(): void;`,
    );
    const { status, stderr } = runScript(wrong);
    assert.equal(status, 1);
    assert.deepEqual(stderr.trim().split('\n').sort(), [
      'src/index.ts: Bare.size: no comment',
      'src/index.ts: Bare: no comment',
      'src/index.ts: LIMIT: broken link to Bare.width',
      'src/index.ts: LIMIT: broken link to Nothing',
      'src/index.ts: LIMIT: unknown tag @linkcode',
      'src/index.ts: close: no parameter socket',
      'src/index.ts: close: unknown tag @todo',
    ]);
  });
});
