import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageFolder } from '../../src/native/package-folder.js';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const compiled = join(root, 'dist', 'src', 'native', 'package-folder.js');
const folder = temporaryFolder();

/** What the code finds if it runs from another file, beside a package.json. */
async function seenFrom(name: string, file: string, manifest: string | undefined) {
  const place = join(folder, name, file);
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(compiled, place);
  const above = join(folder, name);
  if (manifest !== undefined) writeFileSync(join(above, 'package.json'), manifest);
  const copy = (await import(pathToFileURL(place).href)) as { packageFolder: typeof packageFolder };
  return copy.packageFolder();
}

describe("the package's folder", () => {
  const OWN = 'dist/src/native/package-folder.js';
  const MANIFEST = '{ "name": "tokenbinding", "type": "module" }';

  it('is found if the code runs from it, even if others changed Error', () => {
    assert.equal(join(packageFolder() ?? '', '.'), join(root, '.'));
    const { prepareStackTrace, stackTraceLimit } = Error;
    const ours = () => 'ours';
    try {
      Error.prepareStackTrace = ours;
      Error.stackTraceLimit = 0;
      assert.equal(join(packageFolder() ?? '', '.'), join(root, '.'));
      assert.deepEqual([Error.prepareStackTrace, Error.stackTraceLimit], [ours, 0]);
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  it('is found in a copy that is a package of this name', async () => {
    assert.equal(await seenFrom('copy', OWN, MANIFEST), join(folder, 'copy'));
  });

  it('is not found beside another package.json, or without one', async () => {
    for (const [name, manifest] of [
      ['none', undefined],
      ['other', '{ "name": "other", "type": "module" }'],
      ['nameless', '{ "type": "module" }'],
      ['scoped', '{ "name": "@other/tokenbinding", "type": "module" }'],
    ] as const) {
      assert.equal(await seenFrom(name, OWN, manifest), undefined, name);
    }
  });

  it('is not found by a file with another name or place', async () => {
    const files = ['dist/src/native/bundle.mjs', 'a/b/c/package-folder.mjs', 'package-folder.mjs'];
    for (const [index, file] of files.entries()) {
      assert.equal(await seenFrom(`place-${index}`, file, MANIFEST), undefined, file);
    }
  });

  it('is not found if Error is frozen', () => {
    const program = `import { packageFolder } from ${JSON.stringify(pathToFileURL(compiled).href)};
      console.log(packageFolder());`;
    const args = ['--frozen-intrinsics', '--no-warnings', '--input-type=module', '--eval', program];
    assert.equal(execFileSync(process.execPath, args, { encoding: 'utf8' }), 'undefined\n');
  });
});
