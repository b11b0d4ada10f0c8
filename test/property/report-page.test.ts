import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Comparer, differencesBetween } from '../../src/conformance/compare-outcomes.js';
import type { Json, Outcome } from '../../src/conformance/outcome.js';
import { toHtml } from '../../src/conformance/page/to-html.js';
import type { SideDescription } from '../../src/conformance/sides/description.js';
import { outcomeRows, reportOf } from '../support/reports.js';

// The committed seed makes the same cases on every machine; FC_SEED makes others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 8471), numRuns: 500 });

const few = fc.constantFrom('a', 'b', 1, '');
const result = fc.record(
  { bindingType: few, keyType: few, identifier: few, extensionData: few, status: few },
  { requiredKeys: ['bindingType', 'keyType', 'identifier'] },
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>('a', 1, null, false),
    fc.array(tie('json'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('x', 'y.z', 'results'), tie('json'), { maxKeys: 2 }),
  ),
}));
const reason = fc.record(
  { code: fc.constantFrom('A', 'B'), path: fc.constant('p'), fault: fc.constantFrom('f', 'g') },
  { requiredKeys: ['code'] },
);
const outcome = fc.record(
  {
    verdict: fc.constantFrom('accepted', 'refused', 'invalid', 'observed', 'failed'),
    results: fc.array(result, { maxLength: 2 }),
    bytes: few,
    observations: fc.dictionary(fc.constantFrom('x', 'y.z'), json, { maxKeys: 2 }),
    reason,
  },
  { requiredKeys: ['verdict'] },
) as unknown as fc.Arbitrary<Outcome>;
const sides = fc.constantFrom<readonly [SideDescription, SideDescription]>(
  [{ name: 'portable' }, { name: 'windows' }],
  [{ name: 'portable' }, { name: 'specification' }],
  [{ name: 'specification' }, { name: 'windows' }],
);

const isBelow = (path: string, place: string) =>
  path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);

describe('the page of a report', () => {
  it('marks exactly the values as different that the comparer finds', () => {
    fc.assert(
      fc.property(sides, outcome, outcome, (sides, left, right) => {
        const comparison = { kind: 'differ', path: 'verdict' } as const;
        const one = { id: 'c', group: 'probes', title: 't', comparison } as const;
        const report = { ...reportOf([{ ...one, outcomes: [left, right] }]), sides };
        const different = Object.entries(outcomeRows(toHtml(report)))
          .filter(([, state]) => state === 'differs' || state.startsWith('only '))
          .map(([path]) => path);
        const found = [...differencesBetween(sides, left, right)].map(({ path }) => path);
        for (const place of found) {
          assert.ok(
            different.some((path) => isBelow(path, place)),
            place,
          );
        }
        for (const path of different) {
          assert.ok(
            found.some((place) => isBelow(path, place)),
            path,
          );
        }
        const { kind } = new Comparer(sides, []).compare('c', left, right);
        assert.equal(different.length > 0, kind === 'differ');
      }),
    );
  });
});
