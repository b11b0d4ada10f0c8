import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Comparer } from '../../src/conformance/compare-outcomes.js';
import { KNOWN_DEVIATIONS, type Report, runConformance } from '../../src/conformance.js';
import { Kdc } from '../support/kdc.js';
import { assertValidReport } from '../support/report-schema.js';
import { windowsPath } from './prefix.js';
import { WINE_KERBEROS_DEVIATIONS } from './wine-kerberos-deviations.js';
import { root, type Workplace } from './workplace.js';

const program = join(root, 'dist', 'test', 'wine', 'run-kerberos-conformance.js');

/**
 * Tests Wine's Kerberos, which is MIT's, with tickets of MIT's KDC and with those that the portable client issues. The
 * results say nothing about Microsoft's.
 */
export function describeKerberosConformance(workplace: Workplace): void {
  describe("conformance of Wine's Kerberos", () => {
    let report: Report;
    let kdc: Kdc | undefined;
    let recording: string;
    before(async () => {
      const folder = join(workplace.folder, 'kdc');
      mkdirSync(folder);
      kdc = new Kdc(folder);
      await kdc.start();
      recording = join(folder, 'kerberos.jsonl');
      const files = [join(folder, 'keytab'), recording].map(windowsPath);
      const args = [program, 'HTTP/srv', ...files];
      const { stdout, stderr } = await workplace.runInNode('22.23.3', args, kdc.environment);
      assert.match(stdout, /^\{/, stderr.slice(-2000));
      report = JSON.parse(stdout);
    });
    after(() => kdc?.stop());

    it('finds only known deviations, in every role', () => {
      assertValidReport(report);
      const differing = report.cases.filter(({ comparison }) => comparison.kind === 'differ');
      assert.deepEqual(
        differing.map(({ id }) => id),
        [],
      );
      assert.deepEqual([report.total.differ, report.total.notComparable], [0, 0]);
      for (const { name, agree } of report.groups) assert.ok(agree > 1000, name);
      assert.equal(report.sides[0].system?.wine, true);
    });

    for (const [index, { id }] of WINE_KERBEROS_DEVIATIONS.entries()) {
      it(`reports ${id} as a difference if it is not known`, () => {
        const known = WINE_KERBEROS_DEVIATIONS.filter((_, place) => place !== index);
        const comparer = new Comparer(report.sides, known);
        const kinds = report.cases.map((one) => {
          const [left, right] = one.outcomes;
          assert.ok(left && right);
          return comparer.compare(one.id, left, right).kind;
        });
        assert.ok(kinds.includes('differ'));
      });
    }

    it('makes a recording that agrees with a replay on Linux, without names', async () => {
      const knownDeviations = [...KNOWN_DEVIATIONS, ...WINE_KERBEROS_DEVIATIONS];
      const sides = [{ recording }, 'portable'] as const;
      const replayed = await runConformance({ sides, knownDeviations });
      assert.deepEqual(replayed.total, report.total);
      assert.doesNotMatch(readFileSync(recording, 'utf8'), /alice|HTTP\/srv|EXAMPLE\.TEST/i);
    });
  });
}
