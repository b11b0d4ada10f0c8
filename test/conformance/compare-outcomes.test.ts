import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Comparer, differences } from '../../src/conformance/compare-outcomes.js';
import { comparedValues } from '../../src/conformance/compared-values.js';
import type { KnownDeviation } from '../../src/conformance/known-deviations.js';
import type { ComparedResult, Json, Outcome, Reason } from '../../src/conformance/outcome.js';
import type { SideDescription } from '../../src/conformance/sides/description.js';

const result: ComparedResult = {
  bindingType: 'provided',
  keyType: 'ecdsap256',
  identifier: 'AgBB',
  extensionData: '',
  status: 'verified',
};
const accepted: Outcome = { verdict: 'accepted', results: [result, { ...result, keyType: 99 }] };
const refusedWith = (reason: Reason): Outcome => ({ verdict: 'refused', reason });
const status = (number: number): Reason => ({
  code: 'ERR_TB_OS',
  os: { function: 'TokenBindingVerifyMessage', status: number, hex: `0x${number}` },
});
const windows: SideDescription = {
  name: 'windows',
  library: { path: 'C:\\Windows\\System32\\tokenbinding.dll' },
  system: { platform: 'win32 x64', name: 'Windows', release: '10.0.19045', node: 'v20.0.0' },
};
const portable: SideDescription = { name: 'portable' };

type Sides = readonly [SideDescription, SideDescription];

function firstDifference(left: Outcome, right: Outcome) {
  const [first] = differences(left, right);
  return first;
}

describe('differences', () => {
  const results = (...list: Partial<ComparedResult>[]): Outcome => ({
    verdict: 'accepted',
    results: list.map((change) => ({ ...result, ...change })),
  });

  it('finds none between equal outcomes, whatever the reasons', () => {
    assert.equal(firstDifference(accepted, structuredClone(accepted)), undefined);
    assert.equal(firstDifference(refusedWith(status(1)), refusedWith(status(2))), undefined);
  });

  for (const [name, left, right, path] of [
    ['a verdict', accepted, refusedWith(status(1)), 'verdict'],
    ['an invalid result', { verdict: 'invalid' }, refusedWith(status(1)), 'verdict'],
    ['an identifier', results({}, {}), results({}, { identifier: 'AA' }), 'results[1].identifier'],
    ['a number for a name', results({ keyType: 2 }), results({}), 'results[0].keyType'],
    ['extension data', results({}), results({ extensionData: 'BwA' }), 'results[0].extensionData'],
    ['the order', results({ keyType: 1 }, {}), results({}, { keyType: 1 }), 'results[0].keyType'],
    ['an extra result', results({}, {}), results({}), 'results[1]'],
    ['bytes', { verdict: 'accepted', bytes: 'AA' }, { verdict: 'accepted', bytes: 'AQ' }, 'bytes'],
    [
      'an observation',
      { verdict: 'observed', observations: { a: [1, 2], b: null } },
      { verdict: 'observed', observations: { a: [1, 2], b: false } },
      'observations.b',
    ],
    [
      'a list for an object',
      { verdict: 'observed', observations: { a: [] } },
      { verdict: 'observed', observations: { a: {} } },
      'observations.a',
    ],
  ] as [string, Outcome, Outcome, string][]) {
    it(`finds ${name}, from either side`, () => {
      assert.equal(firstDifference(left, right)?.path, path);
      assert.equal(firstDifference(right, left)?.path, path);
    });
  }

  it('finds an own property with the name of an inherited one', () => {
    const left = JSON.parse('{"verdict":"observed","observations":{"__proto__":1}}');
    const right: Outcome = { verdict: 'observed', observations: {} };
    assert.equal(firstDifference(left, right)?.path, 'observations.__proto__');
  });
});

describe('comparedValues', () => {
  const sides = [windows, portable] as const;
  const rows = (left: Outcome | null, right: Outcome | null, compared: Sides = sides) =>
    comparedValues(compared, left, right).map(({ path, left, right, relation }) => {
      return [path, left, right, relation];
    });

  it('has every value of both outcomes, in the order of the parts', () => {
    const left = {
      reason: { code: 'A' },
      observations: { b: [1, []], c: {} },
      verdict: 'observed',
    };
    const right = {
      verdict: 'observed',
      observations: { b: [2, []], c: null },
      reason: { code: 'B' },
    };
    assert.deepEqual(rows(left as Outcome, right as unknown as Outcome), [
      ['verdict', 'observed', 'observed', 'equal'],
      ['observations.b[0]', 1, 2, 'different'],
      ['observations.b[1]', '[]', '[]', 'equal'],
      ['observations.c', '{}', null, 'different'],
      ['reason.code', 'A', 'B', 'ignored'],
    ]);
  });

  it('has each value of a part that one outcome lacks', () => {
    const left: Outcome = { verdict: 'observed', observations: { a: { b: 1 } } };
    const right: Outcome = { verdict: 'observed', observations: { a: ['x'] } };
    assert.deepEqual(rows(left, right).slice(1), [
      ['observations.a.b', 1, undefined, 'different'],
      ['observations.a[0]', undefined, 'x', 'different'],
    ]);
  });

  it('ignores what an expectation does not state', () => {
    const expected: Outcome = { verdict: 'observed', observations: { a: 1 } };
    const actual: Outcome = { verdict: 'observed', observations: { a: 1, b: 2 } };
    const row = ['observations.b', undefined, 2, 'ignored'];
    assert.deepEqual(rows(expected, actual, [{ name: 'specification' }, portable]).at(-1), row);
    assert.equal(rows(expected, actual).at(-1)?.at(-1), 'different');
  });

  it('compares nothing with a missing outcome', () => {
    assert.deepEqual(rows(null, { verdict: 'refused' }), [
      ['verdict', undefined, 'refused', 'ignored'],
    ]);
    assert.deepEqual(rows(null, null), []);
  });
});

describe('Comparer', () => {
  it('recognises other reasons: by status if both have one, else by code', () => {
    const comparer = new Comparer([windows, portable]);
    const compare = (left: Reason, right: Reason) =>
      comparer.compare('case', refusedWith(left), refusedWith(right));
    assert.deepEqual(compare(status(5), status(5)), { kind: 'agree' });
    assert.deepEqual(compare(status(5), status(6)), { kind: 'agree', otherReason: true });
    assert.deepEqual(compare(status(5), { code: 'ERR_TB_OS' }), { kind: 'agree' });
    const other = compare(status(5), { code: 'ERR_TB_SIGNATURE' });
    assert.deepEqual(other, { kind: 'agree', otherReason: true });
  });

  it('compares with an expectation only what it states', () => {
    const comparer = new Comparer([portable, { name: 'specification' }]);
    const { extensionData, status: _, ...spoken } = result;
    const expected: Outcome = { verdict: 'accepted', results: [spoken] };
    const compare = (actual: Outcome) => comparer.compare('case', actual, expected);
    assert.equal(compare({ verdict: 'accepted', results: [result] }).kind, 'agree');
    assert.equal(compare(accepted).path, 'results[1]');
    const wrong = { ...result, keyType: 'rsa2048_pss' };
    assert.equal(compare({ verdict: 'accepted', results: [wrong] }).path, 'results[0].keyType');
    assert.equal(compare({ verdict: 'accepted' }).path, 'results');
    assert.equal(compare(refusedWith(status(1))).path, 'verdict');
    const refusal = comparer.compare('case', refusedWith(status(1)), { verdict: 'refused' });
    assert.deepEqual(refusal, { kind: 'agree' });
  });

  it('finds a list in place of an expected object', () => {
    const comparer = new Comparer([portable, { name: 'specification' }]);
    const observed = (list: Json): Outcome => ({ verdict: 'observed', observations: { list } });
    for (const list of [['a'], []]) {
      const { path } = comparer.compare('case', observed(list), observed({ 0: 'a' }));
      assert.equal(path, 'observations.list');
    }
  });

  it('finds a difference between two invalid results with different faults', () => {
    const invalid = (fault: string): Outcome => ({
      verdict: 'invalid',
      reason: { code: 'ERR_TB_OS', fault, os: { function: 'F', status: 0, hex: '0x00000000' } },
    });
    const comparer = new Comparer([windows, windows]);
    const { kind } = comparer.compare('c', invalid('one'), invalid('other'));
    assert.equal(kind, 'differ');
  });

  it('hides no second difference behind a known deviation', () => {
    const known: KnownDeviation = {
      id: 'k',
      case: 'c',
      path: 'results[0].status',
      answer: 'unevaluated',
      clause: 'x',
      builds: { first: 1 },
      why: 'y',
    };
    const result = { bindingType: 'provided', keyType: 'ecdsap256' } as const;
    const left = [{ ...result, status: 'unevaluated', identifier: 'AAAA' }] as const;
    const right = [{ ...result, status: 'verified', identifier: 'BBBB' }] as const;
    const comparer = new Comparer([windows, portable], [known]);
    const { kind } = comparer.compare(
      'c',
      { verdict: 'accepted', results: left },
      { verdict: 'accepted', results: right },
    );
    assert.equal(kind, 'differ');
  });

  it('treats a failure as different from every outcome', () => {
    const failed: Outcome = { verdict: 'failed', reason: { code: 'X', fault: 'broken' } };
    const comparer = new Comparer([windows, portable]);
    for (const other of [failed, accepted, refusedWith(status(1))]) {
      assert.deepEqual(comparer.compare('c', failed, other), { kind: 'differ', path: 'verdict' });
    }
  });

  describe('known deviations', () => {
    const known: KnownDeviation = {
      id: 'old-version',
      case: 'probes/version',
      path: 'observations.version',
      answer: '0.10',
      clause: 'RFC 8472 2',
      builds: { first: 15_063, last: 19_045 },
      why: 'a document says so',
    };
    const version = (text: string): Outcome => {
      return { verdict: 'observed', observations: { version: text } };
    };
    const compare = (
      side: SideDescription,
      { id = 'probes/version', left = '0.10', right = '1.0', reversed = false } = {},
    ) => {
      const sides: [SideDescription, SideDescription] = reversed
        ? [portable, side]
        : [side, portable];
      return new Comparer(sides, [known]).compare(id, version(left), version(right));
    };
    const of = (change: object): SideDescription => {
      return { ...windows, system: { ...windows.system, ...change } } as SideDescription;
    };

    it('are recognized on either side', () => {
      const expected = {
        kind: 'known-deviation',
        path: 'observations.version',
        deviation: 'old-version',
      };
      assert.deepEqual(compare(windows), expected);
      assert.deepEqual(compare(windows, { left: '1.0', right: '0.10', reversed: true }), expected);
      assert.deepEqual(compare(of({ release: '10.0.15063' })), expected);
    });

    it('explain no other difference', () => {
      assert.equal(compare(windows, { left: '0.13' }).kind, 'differ');
      assert.equal(compare(windows, { id: 'probes/other' }).kind, 'differ');
      assert.equal(compare(of({ release: '10.0.10240' })).kind, 'differ');
      assert.equal(compare(of({ release: '10.0.22000' })).kind, 'differ');
      assert.equal(compare(of({ release: 'unknown' })).kind, 'differ');
      assert.equal(compare(of({ wine: true })).kind, 'differ');
      const other = { ...windows, library: { path: 'C:\\mine\\tokenbinding.dll' } };
      assert.equal(compare(other).kind, 'differ');
      assert.equal(compare({ name: 'windows' }).kind, 'differ');
      assert.equal(compare({ ...windows, name: 'portable' }).kind, 'differ');
      // Here the portable provider deviates.
      assert.equal(compare(windows, { left: '1.0', right: '0.10' }).kind, 'differ');
    });
  });

  describe('known deviations of every system', () => {
    const known: KnownDeviation = {
      id: 'half',
      case: 'client/*/signature/byte-0[0-7]/{bit-0,bit-1}',
      path: 'verdict',
      answer: 'accepted',
      clause: 'MS-NLMP 3.4.9',
      why: 'it was seen',
    };
    const library = { path: 'C:\\windows\\system32\\secur32.dll' };
    const system = { ...windows.system, wine: true };
    const wine = { ...windows, library, system } as SideDescription;
    const id = 'client/ntlm/signature/byte-05/bit-1';
    const compare = (
      side: SideDescription,
      {
        name = id,
        change = {},
        left = { verdict: 'accepted' } as Outcome,
        right = { verdict: 'refused' } as Outcome,
      } = {},
    ) => new Comparer([side, portable], [{ ...known, ...change }]).compare(name, left, right);

    it('apply to the cases that match their pattern', () => {
      const found = { kind: 'known-deviation', path: 'verdict', deviation: 'half' };
      assert.deepEqual(compare(wine), found);
      assert.deepEqual(compare(wine, { change: { case: 'client/**' } }), found);
      for (const name of [
        'client/ntlm/signature/byte-08/bit-1',
        'client/ntlm/signature/byte-05/bit-2',
        'client/ntlm/more/signature/byte-05/bit-1',
        'server/ntlm/signature/byte-05/bit-1',
        `${id}1`,
        `a/${id}`,
      ]) {
        assert.equal(compare(wine, { name }).kind, 'differ', name);
      }
      assert.equal(compare(wine, { change: { case: 'client.ntlm.**' } }).kind, 'differ');
    });

    it('apply to Windows too, and to recordings', () => {
      const recording = { file: 'r.jsonl', made: '2026-01-01T00:00:00.000Z', package: '0.1.0' };
      for (const side of [
        { ...windows, library },
        { ...windows, library, recording },
      ]) {
        assert.equal(compare(side).kind, 'known-deviation');
      }
    });

    it('do not apply to the portable provider or to another library', () => {
      assert.equal(compare({ ...wine, name: 'portable' }).kind, 'differ');
      const elsewhere = { ...wine, library: { path: 'C:\\mine\\secur32.dll' } };
      assert.equal(compare(elsewhere).kind, 'differ');
    });

    it('of a verdict cover an outcome without content, and no other content', () => {
      const change = { answer: 'refused' };
      const left: Outcome = { verdict: 'refused' };
      const right: Outcome = { verdict: 'accepted', observations: { length: 16 } };
      assert.equal(compare(wine, { change, left, right }).kind, 'known-deviation');
      const more: Outcome = { verdict: 'refused', observations: { length: 15 } };
      assert.equal(compare(wine, { change, left: more, right }).kind, 'differ');
    });
  });
});
