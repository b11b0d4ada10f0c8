import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GROUPS } from '../../src/conformance/areas.js';
import type { Answer } from '../../src/conformance/outcome.js';
import { run } from '../../src/conformance/run.js';
import { KNOWN_DEVIATIONS, type Report, runConformance } from '../../src/conformance.js';
import { accepted, madeUpSide, refused } from '../support/conformance.js';
import { assertValidReport, reportSchema } from '../support/report-schema.js';

const os = { function: 'F', status: 0x80090006, hex: '0x80090006', name: 'NTE_BAD_SIGNATURE' };

const OLD_VERSION: Answer = {
  verdict: 'observed',
  observations: { version: '0.10' },
};

/** Answers of every kind. */
const ANSWERS: readonly Answer[] = [
  refused,
  accepted({ bytes: 'AA' }),
  accepted({ keyType: 99, identifier: 'AA' }),
  accepted({
    results: [
      {
        bindingType: 77,
        keyType: 'ecdsap256',
        identifier: 'AA',
        extensionData: '',
        status: 'verified',
      },
    ],
  }),
  { verdict: 'invalid', reason: { code: 'ERR_TB_OS', fault: 'nothing in it', os } },
  { verdict: 'refused', reason: { code: 'ERR_TB_MALFORMED', path: 'tokenbindings' } },
  { verdict: 'observed', observations: { list: [1, null, {}] } },
  { verdict: 'failed', reason: { code: 'X', fault: 'broken' } },
  { why: 'it is raining' },
];

async function everything(): Promise<Report> {
  let count = 0;
  const system = {
    platform: 'win32 arm64',
    name: 'Windows 11 Pro',
    release: '10.0.26100',
    node: 'v24.0.0',
  };
  const path = 'C:\\Windows\\System32\\tokenbinding.dll';
  const library = { path, version: '10.0.26100.1', sha256: 'ab'.repeat(32) };
  const left = madeUpSide(
    ({ id }) => {
      const answer = id === 'probes/version' ? OLD_VERSION : ANSWERS[count++ % ANSWERS.length];
      return answer as Answer;
    },
    { library, system },
  );
  const recording = { file: 'r.jsonl', made: '2026-01-01T00:00:00.000Z', package: '0.1.0' };
  const version: Answer = { verdict: 'observed', observations: { version: '1.0' } };
  const right = madeUpSide(({ id }) => (id === 'probes/version' ? version : refused), {
    name: 'portable',
    recording,
    system: { ...system, wine: true },
  });
  return run({
    sides: [left, right],
    area: 'token-binding',
    groups: GROUPS['token-binding'],
    seed: 1,
    mutations: 100,
  });
}

describe('report.schema.json', () => {
  it('accepts a report of the two sides that exist everywhere', async () => {
    assertValidReport(
      await runConformance({ sides: ['portable', 'specification'], mutations: 50 }),
    );
  });

  it('accepts a report with every property', async () => {
    const report = await everything();
    const kinds = new Set(report.cases.map(({ comparison }) => comparison.kind));
    assert.deepEqual([...kinds].sort(), ['agree', 'differ', 'known-deviation', 'not-comparable']);
    assert.deepEqual(report.deviations, KNOWN_DEVIATIONS);
    assertValidReport(JSON.parse(JSON.stringify(report)));
  });

  for (const [name, change] of [
    ['another format', { format: 'other' }],
    ['another version', { version: 2 }],
    ['an unknown property', { extra: 1 }],
    ['one side', { sides: [{ name: 'portable' }] }],
    ['an unknown side', { sides: [{ name: 'linux' }, { name: 'portable' }] }],
    ['a negative count', { omittedMutations: -1 }],
    ['a note that is not a text', { notes: [1] }],
    ['a seed beyond 32 bits', { seed: 2 ** 32 }],
    ['no time', { made: 'today' }],
    ['a difference without a path', withComparison({ kind: 'differ' })],
    ['a deviation without its id', withComparison({ kind: 'known-deviation', path: 'verdict' })],
    ['an uncompared case without a reason', withComparison({ kind: 'not-comparable' })],
    ['an unknown kind', withComparison({ kind: 'maybe' })],
    ['an unknown verdict', { cases: [{ ...aCase(), outcomes: [{ verdict: 'yes' }, null] }] }],
    ['three outcomes', { cases: [{ ...aCase(), outcomes: [null, null, null] }] }],
  ] as [string, object][]) {
    it(`rejects ${name}`, async () => {
      const report = await runConformance({
        sides: ['portable', 'specification'],
        groups: ['generate-message'],
      });
      assert.equal(reportSchema({ ...report, ...change }), false);
    });
  }
});

function aCase() {
  const comparison = { kind: 'agree' };
  return {
    id: 'generate-message/a',
    group: 'generate-message',
    title: 'a',
    comparison,
    outcomes: [null, null],
  };
}

function withComparison(comparison: object): object {
  return { cases: [{ ...aCase(), comparison }] };
}
