import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { temporaryFolder } from '../support/folders.js';
import { emptyReport } from '../support/reports.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = temporaryFolder();
const application = join(folder, 'application');

const PROGRAM = `
  import { runConformance, toHtml } from ${JSON.stringify(join(root, 'dist/src/conformance.js'))};

  const report = JSON.parse(process.env.REPORT);
  const sides = ['portable', 'specification'];
  for (const call of [
    () => toHtml(report),
    () => runConformance({ sides, groups: ['identifiers'] }),
    () => runConformance({ area: 'sspi', sides, groups: ['mutations'], mutations: 1 }),
  ]) {
    try {
      console.log(JSON.stringify(await call()).slice(0, 99));
    } catch ({ name, code, message }) {
      console.log(name, code, message);
    }
  }`;

/** Writes a package of this name whose files are of somebody else. */
function plant(): void {
  const planted = join(folder, 'node_modules', 'tokenbinding');
  for (const [path, text] of [
    ['package.json', '{ "name": "tokenbinding", "version": "planted" }'],
    ['src/conformance/page/assets/page.css', '/* planted */'],
    ['src/conformance/page/assets/filter.js', '/* planted */'],
    ['src/conformance/token-binding/vectors.json', '[]'],
  ] as const) {
    mkdirSync(join(planted, path, '..'), { recursive: true });
    writeFileSync(join(planted, path), text);
  }
}

describe("a file of the package, in a bundle below another folder's node_modules", () => {
  before(async () => {
    plant();
    mkdirSync(application);
    const options = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' } as const;
    const stdin = { contents: PROGRAM, resolveDir: root };
    await build({ stdin, outfile: join(application, 'program.mjs'), ...options });
  });

  it('is not read, and the error says how to bundle', () => {
    const env = { ...process.env, REPORT: JSON.stringify(emptyReport()) };
    const options = { cwd: application, encoding: 'utf8', env } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], options);
    const line =
      'TokenBindingError ERR_TB_NOT_SUPPORTED the code is bundled, and this call reads files of the ' +
      'package: leave tokenbinding out of the bundle';
    assert.deepEqual(stdout.trim().split('\n'), [line, line, line], stderr);
  });
});
