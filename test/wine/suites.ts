import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { NodeVersion } from './node-exe.js';
import type { Ending } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const suites = join(root, 'dist', 'test', 'windows');
const SYSTEM32 = 'system32.test.js';
const files = readdirSync(suites).filter((file) => file.endsWith('.test.js'));

/** The suites of test/windows in one node.exe. */
export function describeSuites(version: NodeVersion, workplace: Workplace): void {
  const run = (file: string) => {
    const flags = ['--expose-gc', '--enable-source-maps', '--test-reporter=spec'];
    return workplace.runInNode(version, [...flags, join(suites, file)]);
  };

  describe(`node.exe ${version} under Wine`, () => {
    for (const file of files.filter((file) => file !== SYSTEM32)) {
      it(file, async () => {
        const ending = await run(file);
        assertPassed(ending);
        const reports = ending.guard.split('\n').filter((line) => line !== '');
        const guarded = readFileSync(join(suites, file), 'utf8').includes("'-guard'");
        assert.equal(reports.length > 0, guarded);
        for (const line of reports) assert.match(line, /^guard: pid=\d+ blocks=\d+ outstanding=0$/);
      });
    }

    it(`${SYSTEM32}, with a stand-in there`, async () => {
      const dll = join(workplace.system32, 'tokenbinding.dll');
      copyFileSync(workplace.standIn('tokenbinding.dll'), dll);
      try {
        assertPassed(await run(SYSTEM32));
      } finally {
        rmSync(dll);
      }
    });
  });
}

/** A crash can look like an end: what the test runner counted is the evidence. */
function assertPassed({ status, output }: Ending): void {
  const count = (what: string) => Number(new RegExp(`^ℹ ${what} (\\d+)`, 'm').exec(output)?.[1]);
  assert.equal(status, 0, output);
  assert.ok(count('pass') > 0, output);
  for (const what of ['fail', 'cancelled', 'skipped', 'todo']) assert.equal(count(what), 0, output);
}
