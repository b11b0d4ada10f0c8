import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conformanceLines } from '../../src/cli/conformance-text.js';
import { Comparer } from '../../src/conformance/compare-outcomes.js';
import type { Outcome } from '../../src/conformance/outcome.js';
import { toHtml } from '../../src/conformance/page/to-html.js';
import type { Report } from '../../src/conformance/report/report.js';

const windows = {
  name: 'windows',
  system: { platform: 'win32 x64', name: 'Windows', release: '10.0.26100', node: 'v22' },
} as const;
const portable = { name: 'portable' } as const;

describe('reports of differences', () => {
  const sides = [windows, portable] as const;
  const tally = { agree: 0, knownDeviation: 0, notComparable: 0, otherReason: 0 };
  const report = (outcomes: readonly [Outcome, Outcome], path: string): Report => ({
    format: 'tokenbinding-conformance-report',
    version: 1,
    made: '2026-01-01T00:00:00.000Z',
    package: '0.1.0',
    sides,
    seed: 1,
    mutations: 0,
    total: { cases: 1, differ: 1, ...tally },
    groups: [{ name: 'probes', cases: 1, differ: 1, ...tally }],
    whyNotComparable: [],
    deviations: [],
    reasons: [],
    omittedMutations: 0,
    notes: [],
    cases: [
      {
        id: 'probes/one',
        group: 'probes',
        title: 't',
        comparison: { kind: 'differ', path },
        outcomes,
        expected: { outcome: outcomes[1], clause: 'RFC 8471 4.2' },
      },
    ],
  });

  it('show a difference below a name with a dot', () => {
    const of = (form: string): Outcome => {
      return { verdict: 'observed', observations: { 'rsa2048_pkcs1.5': form } };
    };
    const [left, right] = [of('PKCS1'), of('not valid')];
    const { path = '' } = new Comparer(sides, []).compare('c', left, right);
    const text = conformanceLines(report([left, right], path)).join('\n');
    assert.match(text, /not valid/);
  });

  it('do not state that a side with an extra binding meets the specification', () => {
    const result = { bindingType: 'provided', keyType: 'ecdsap256', identifier: 'AA' } as const;
    const left: Outcome = { verdict: 'accepted', results: [result, result] };
    const right: Outcome = { verdict: 'accepted', results: [result] };
    assert.doesNotMatch(toHtml(report([left, right], 'results[1]')), /A and B meet it/);
  });

  it('escape line breaks of recorded texts', () => {
    const { reasons, ...rest } = report(
      [{ verdict: 'refused' }, { verdict: 'refused' }],
      'verdict',
    );
    const forged = {
      call: 'c',
      reasons: ['X\nthe sides agree', 'Y'],
      cases: 1,
      example: 'e',
    } as const;
    const lines = conformanceLines({ ...rest, reasons: [forged] });
    assert.doesNotMatch(lines.join('\n'), /^the sides agree/m);
  });

  it('shorten every recorded text, wherever it stands', () => {
    const long = "'".repeat(1000);
    const os = { function: long, status: 1, hex: long, name: long };
    const reason = { code: long, path: long, fault: long, os };
    const deep = { [long]: { [long]: { [long]: long } } };
    const left = { verdict: 'refused', observations: deep, reason } as const;
    const right = { verdict: 'refused', reason: { code: long, fault: long } } as const;
    const reasons = [
      { call: 'probe', reasons: [long, long], cases: 1, example: 'probes/one' },
    ] as const;
    const path = `observations.${long}`;
    const other = { name: 'other', software: long } as const;
    for (const outcomes of [[left, right] as const, [right, left] as const]) {
      for (const kind of ['differ', 'agree'] as const) {
        const one = { ...report(outcomes, path), reasons, sides: [other, other] as const };
        const cases = one.cases.map((listed) => ({ ...listed, comparison: { kind, path } }));
        // A text and the next one can stand side by side.
        assert.doesNotMatch(toHtml({ ...one, cases }), /(?:&#39;){300}/);
        const total = { ...one.total, cases: 2 };
        const lines = conformanceLines({ ...one, cases, total, sides }).join('\n');
        assert.doesNotMatch(lines, /'{300}/);
      }
    }
  });
});
