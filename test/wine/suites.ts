import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { NodeVersion } from './node-exe.js';
import type { Ending } from './prefix.js';
import { root, type Workplace } from './workplace.js';

export const compiled: string = join(root, 'dist', 'test');

/**
 * The variants of the stand-in for test/system: Microsoft does not document which one Windows resembles. Each is guarded.
 * They do not differ by the version of Node, so one version runs each of them.
 */
const IN_SYSTEM32: Record<NodeVersion, readonly string[]> = {
  '20.20.2': ['tokenbinding-guard.dll', 'tokenbinding-other-statuses.dll'],
  '22.23.3': ['tokenbinding-verified-only.dll'],
};
/** The only suite that uses no stand-in. */
const SSPI = 'sspi.test.js';

/** Runs the suites of test/windows and test/system in one node.exe. */
export function describeSuites(version: NodeVersion, workplace: Workplace): void {
  /** Runs a test file and returns the report of the guarded stand-in, a line for each process. */
  const guardLines = async (file: string) => {
    const flags = ['--expose-gc', '--enable-source-maps', '--test-reporter=spec'];
    const ending = await workplace.runInNode(version, [...flags, file]);
    assertPassed(ending);
    const lines = ending.guard.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      assert.match(line, /^guard: pid=\d+ blocks=\d+ outstanding=0 keys=\d+$/);
    }
    return lines;
  };

  describe(`node.exe ${version} under Wine`, () => {
    for (const file of testsIn('windows')) {
      it(file, async () => {
        const path = join(compiled, 'windows', file);
        const guarded = readFileSync(path, 'utf8').includes("'-guard'");
        assert.equal((await guardLines(path)).length > 0, guarded);
      });
    }
  });

  for (const standIn of IN_SYSTEM32[version]) {
    describe(`node.exe ${version} under Wine, with ${standIn} in System32`, () => {
      const dll = join(workplace.system32, 'tokenbinding.dll');
      before(() => copyFileSync(workplace.standIn(standIn), dll));
      after(() => rmSync(dll));

      for (const file of testsIn('system').filter((name) => name !== SSPI)) {
        it(file, async () => {
          const lines = await guardLines(join(compiled, 'system', file));
          // The last line is from the process of the test file. It must leave no key behind: on Windows the key
          // would stay in the user's store.
          assert.match(lines.at(-1) ?? '', / keys=0$/);
        });
      }
    });
  }

  describe(`node.exe ${version} under Wine, without a stand-in`, () => {
    it(SSPI, async () => {
      assert.deepEqual(await guardLines(join(compiled, 'system', SSPI)), []);
    });
  });
}

function testsIn(folder: string): string[] {
  return readdirSync(join(compiled, folder)).filter((file) => file.endsWith('.test.js'));
}

/** Requires the counts of the test runner, because a crash can look like a normal end. */
export function assertPassed({ status, output }: Ending): void {
  const count = (what: string) => Number(new RegExp(`^ℹ ${what} (\\d+)`, 'm').exec(output)?.[1]);
  assert.equal(status, 0, output);
  assert.ok(count('pass') > 0, output);
  for (const what of ['fail', 'cancelled', 'skipped', 'todo']) assert.equal(count(what), 0, output);
}
