import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { GROUPS } from '../../src/conformance/areas.js';
import type { Progress } from '../../src/conformance/progress.js';
import { run } from '../../src/conformance/run.js';
import type { Selection } from '../../src/conformance/selection.js';
import { LiveSide } from '../../src/conformance/sides/live.js';
import { withOwnTarget } from '../../src/conformance/token-binding/cases/probe.js';
import { TokenBindingSubject } from '../../src/conformance/token-binding/subject.js';
import { type ConformanceOptions, runConformance } from '../../src/conformance.js';
import { open, TokenBindingError, type TokenBindingProvider } from '../../src/index.js';
import { accepted, madeUpSide, refused } from '../support/conformance.js';
import { temporaryFolder } from '../support/folders.js';
import { rejected } from '../support/refused.js';

const selection: Selection = {
  area: 'token-binding',
  groups: GROUPS['token-binding'],
  seed: 1,
  mutations: 3000,
};
const sides = ['portable', 'specification'] as const;

describe('runConformance', () => {
  it('finds no difference between the portable provider and the specification', async () => {
    const { total, groups, cases, omittedMutations } = await runConformance({
      sides,
      mutations: 5000,
    });
    assert.equal(total.differ, 0);
    assert.ok(total.agree > 3500, `${total.agree} cases agree`);
    assert.equal(total.cases, total.agree + total.notComparable);
    assert.deepEqual(
      groups.map(({ name }) => name),
      GROUPS['token-binding'],
    );
    assert.equal(cases.length, total.cases - 5000);
    assert.equal(omittedMutations, 0);
  });

  it('reports the same bytes for the same seed, except the time', async () => {
    const report = async (seed: number) => {
      const { made, ...rest } = await runConformance({ sides, mutations: 300, seed });
      assert.match(made, /^\d{4}-\d\d-\d\dT/);
      return JSON.stringify(rest);
    };
    assert.equal(await report(7), await report(7));
    assert.notEqual(await report(7), await report(8));
  });

  it('runs the requested groups only', async () => {
    const { groups, total } = await runConformance({
      sides,
      groups: ['probes', 'generate-message'],
    });
    assert.deepEqual(
      groups.map(({ name, cases }) => [name, cases > 0]),
      [
        ['generate-message', true],
        ['probes', true],
      ],
    );
    assert.equal(total.differ, 0);
  });

  it('reports its progress up to the end', async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => seen.push(progress);
    const { total } = await runConformance({ sides, mutations: 3000, onProgress });
    assert.ok(seen.length > 1);
    for (const [index, { done, total: of, differ, rate }] of seen.entries()) {
      assert.ok(index === 0 || done >= (seen[index - 1]?.done ?? 0));
      assert.deepEqual([of, differ], [total.cases, 0]);
      assert.ok(rate > 0);
    }
    assert.equal(seen.at(-1)?.done, total.cases);
  });

  it('rejects the side windows on another system', async () => {
    const error = await rejected('ERR_TB_UNAVAILABLE', runConformance());
    assert.equal(error.reason, 'not-windows');
  });

  for (const [name, options, problem] of [
    ['no object', null, /options must be an object/],
    [
      'an unknown option',
      { sides, cases: 0 },
      /options has no option cases: its options are area, /,
    ],
    [
      'an unknown option of a side',
      { sides: ['portable', { recording: 'a', area: 'sspi' }] },
      /options\.sides\[1\] has no option area: its options are library, recording$/,
    ],
    [
      'an unknown option of an account',
      { account: { user: 'A\\b', password: 'c', domain: 'A' } },
      /options\.account has no option domain: its options are user, password$/,
    ],
    [
      'an inherited option',
      Object.create({ sides, mutations: 1 }),
      /options\.\w+ must be an own property/,
    ],
    ['one side', { sides: ['portable'] }, /options\.sides must be an array of two/],
    ['an unknown side', { sides: ['portable', 'linux'] }, /options\.sides\[1\] must be/],
    [
      'a side with two files',
      { sides: ['portable', { library: 'a', recording: 'b' }] },
      /sides\[1\]/,
    ],
    ['one side twice', { sides: ['portable', 'portable'] }, /two different sides/],
    [
      'one recording twice',
      { sides: [{ recording: 'a' }, { recording: 'a' }] },
      /two different sides/,
    ],
    [
      'a negative seed',
      { sides, seed: -1 },
      /options\.seed must be a whole number from 0 to 4294967295/,
    ],
    ['a seed beyond 32 bits', { sides, seed: 2 ** 32 }, /options\.seed must/],
    ['a seed of text', { sides, seed: '1' }, /options\.seed must be a number/],
    ['half a mutation', { sides, mutations: 0.5 }, /options\.mutations must/],
    ['no group', { sides, groups: [] }, /options\.groups must be one or more of vectors/],
    ['an unknown group', { sides, groups: ['generate-message', 'all'] }, /options\.groups must/],
    ['an empty file name', { sides, record: '' }, /options\.record must/],
    ['a progress that is no function', { sides, onProgress: 1 }, /options\.onProgress must/],
    [
      'deviations that are no list',
      { sides, knownDeviations: {} },
      /options\.knownDeviations must/,
    ],
    [
      'a seed with a recording',
      { sides: [{ recording: 'a' }, 'portable'], seed: 1 },
      /options\.seed must be absent/,
    ],
  ] as [string, unknown, RegExp][]) {
    it(`rejects ${name}`, async () => {
      await assert.rejects(runConformance(options as ConformanceOptions), (error: Error) => {
        assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
        assert.match(error.message, problem);
        return true;
      });
    });
  }
});

describe('runConformance with a polluted Object.prototype', () => {
  it('reads no option from there', async () => {
    const polluted = Object.prototype as Record<string, unknown>;
    const record = join(temporaryFolder(), 'recording.jsonl');
    const options = { record, seed: 7 };
    Object.assign(polluted, options);
    try {
      const report = await runConformance({ sides, groups: ['identifiers'] });
      assert.equal(report.seed, 1);
      assert.equal(existsSync(record), false);
    } finally {
      for (const name of Object.keys(options)) delete polluted[name];
    }
  });
});

describe('run', () => {
  it('lists every difference outside the mutations, and a thousand mutations', async () => {
    const left = madeUpSide(() => refused);
    const right = madeUpSide(() => accepted({ bytes: 'AA' }), { name: 'portable' });
    const report = await run({ sides: [left, right], ...selection });
    assert.equal(report.total.differ, report.total.cases);
    const listed = report.cases.filter(({ group }) => group === 'mutations');
    assert.equal(listed.length, 1000);
    assert.equal(report.omittedMutations, 2000);
    for (const { comparison, input, outcomes } of report.cases) {
      assert.deepEqual(comparison, { kind: 'differ', path: 'verdict' });
      assert.notEqual(input, undefined);
      assert.deepEqual(outcomes, [refused, accepted({ bytes: 'AA' })]);
    }
  });

  it('finds one different case among thousands', async () => {
    const id = 'mutations/1/001234';
    const left = madeUpSide((test) => (test.id === id ? accepted({ bytes: 'AA' }) : refused));
    const report = await run({ sides: [left, madeUpSide(() => refused)], ...selection });
    const differing = report.cases.filter(({ comparison }) => comparison.kind === 'differ');
    assert.deepEqual(
      differing.map((one) => [one.id, one.comparison.path]),
      [[id, 'verdict']],
    );
    assert.equal(report.total.differ, 1);
  });

  it('reports why a case cannot be compared, and does not count it as agreement', async () => {
    const left = madeUpSide(() => ({ why: 'it is raining' }));
    const report = await run({ sides: [left, madeUpSide(() => refused)], ...selection });
    assert.equal(report.total.notComparable, report.total.cases);
    assert.equal(report.total.agree, 0);
    assert.deepEqual(report.cases[0]?.comparison, { kind: 'not-comparable', why: 'it is raining' });
    assert.equal(report.cases[0]?.outcomes[0], null);
    const example = report.cases[0]?.id ?? '';
    assert.deepEqual(report.whyNotComparable, [
      { why: 'it is raining', cases: report.total.cases, example },
    ]);
  });

  it('counts each reason why cases cannot be compared, the most frequent first', async () => {
    const left = madeUpSide(({ id }) => {
      return id.startsWith('generate-message/') ? { why: 'it is raining' } : { why: 'it is late' };
    });
    const { whyNotComparable, groups } = await run({
      sides: [left, madeUpSide(() => refused)],
      ...selection,
    });
    assert.deepEqual(
      whyNotComparable.map(({ why }) => why),
      ['it is late', 'it is raining'],
    );
    const group = groups.find(({ name }) => name === 'generate-message');
    assert.equal(whyNotComparable[1]?.cases, group?.cases);
  });

  it('counts the pairs of reasons', async () => {
    const os = { function: 'F', status: 0x80090006, hex: '0x80090006', name: 'NTE_BAD_SIGNATURE' };
    const left = madeUpSide(() => ({
      verdict: 'refused',
      reason: { code: 'ERR_TB_OS', os },
    }));
    const right = madeUpSide(({ id }) => {
      return id.startsWith('generate-message/') ? refused : accepted({});
    });
    const { reasons, total } = await run({ sides: [left, right], ...selection });
    assert.deepEqual(reasons, [
      {
        call: 'generateMessage',
        reasons: ['ERR_TB_OS 0x80090006 NTE_BAD_SIGNATURE', 'ERR_TB_OS'],
        cases: 30,
        example: 'generate-message/one-p-256-key-1',
      },
    ]);
    assert.equal(total.otherReason, 0);
  });

  it('keeps at most a thousand pairs of reasons', async () => {
    let count = 0;
    const left = madeUpSide(() => {
      return { verdict: 'refused', reason: { code: `CODE_${count++}` } };
    });
    const { reasons } = await run({ sides: [left, madeUpSide(() => refused)], ...selection });
    assert.equal(reasons.length, 1000);
  });

  it('continues if probes are refused', async () => {
    const tokenBinding = Object.create(open({ provider: 'portable' })) as TokenBindingProvider;
    const answer = new TokenBindingError(
      'ERR_TB_NOT_SUPPORTED',
      'this Windows has no such function',
    );
    tokenBinding.generateIdForUri = async () => Promise.reject(answer);
    tokenBinding.generateBinding = async () => Promise.reject(answer);
    tokenBinding.deleteBinding = async () => {};
    tokenBinding.getHighestSupportedVersion = async () => ({ major: 1, minor: 0 });
    tokenBinding.getKeyTypesClient = async () => ['ecdsap256'];
    tokenBinding.getKeyTypesServer = async () => ['ecdsap256'];
    tokenBinding.verifyMessage = async () => Promise.reject(answer);
    const left = new LiveSide({ name: 'portable' }, new TokenBindingSubject(tokenBinding));
    const probes = { area: 'token-binding', groups: ['probes'], seed: 1, mutations: 0 } as const;
    const { total } = await run({ sides: [left, madeUpSide(() => ({ why: '-' }))], ...probes });
    assert.ok(total.cases > 10);
  });

  it('notes a key that a probe could not delete', async () => {
    const tokenBinding = Object.assign(Object.create(open({ provider: 'portable' })), {
      generateIdForUri: async () => ({ keyType: 'ecdsap256', identifier: Buffer.alloc(68) }),
      deleteBinding: () => Promise.reject(new Error('no')),
    });
    const subject = new TokenBindingSubject(tokenBinding);
    await withOwnTarget(subject, async () => 'done');
    assert.match(
      subject.notes.join(),
      /^a key may be left for https:\/\/tokenbinding-\w{24}\.invalid\/: /,
    );
  });

  it('ends between two cases if its signal is aborted', async () => {
    const controller = new AbortController();
    const left = madeUpSide(({ id }) => {
      if (id === 'generate-message/two-bindings') controller.abort(new Error('enough'));
      assert.ok(!id.startsWith('identifiers/'));
      return refused;
    });
    const sides = [left, madeUpSide(() => refused)] as const;
    const { signal } = controller;
    await assert.rejects(run({ sides, signal, ...selection }), /enough/);
  });

  it('yields to timers', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    const left = madeUpSide(() => {
      pause();
      return refused;
    });
    await run({ sides: [left, madeUpSide(() => refused)], ...selection, groups: ['messages'] });
    clearInterval(timer);
    assert.ok(turns > 0);
  });
});
