import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { GROUPS, type Group } from '../../src/conformance/areas.js';
import { readRecording } from '../../src/conformance/recording/read-recording.js';
import { run } from '../../src/conformance/run.js';
import type { Selection } from '../../src/conformance/selection.js';
import { type Report, runConformance } from '../../src/conformance.js';
import { madeUpSide, refused } from '../support/conformance.js';
import { temporaryFolder } from '../support/folders.js';
import { rejected } from '../support/refused.js';

const folder = temporaryFolder();
const recording = join(folder, 'portable.jsonl');
/** A probe makes RSA keys, which is slow. */
const WITHOUT_PROBES = GROUPS['token-binding'].filter((group) => group !== 'probes');
/** A JSON value that cannot be converted to a string. */
const NO_TEXT = { toString: null, valueOf: null };
let lines: string[];
let files = 0;

before(async () => {
  await record(recording, WITHOUT_PROBES);
  lines = readFileSync(recording, 'utf8').split('\n');
});

async function record(file: string, groups: readonly Group[]): Promise<void> {
  const sides = ['portable', 'specification'] as const;
  await runConformance({ sides, groups, mutations: 400, seed: 5, record: file });
}

/** The recording with something changed, as another file. */
function changed(change: (lines: string[]) => string[]): string {
  const file = join(folder, `changed-${files++}.jsonl`);
  writeFileSync(file, change([...lines]).join('\n'));
  return file;
}

function withLine(id: string, change: (line: string) => string): string {
  return changed((all) => all.map((line) => (line.includes(`"id":"${id}"`) ? change(line) : line)));
}

function replay(file: string): Promise<Report> {
  return runConformance({ sides: [{ recording: file }, 'portable'] });
}

function differences({ cases, total }: Report): [string, string | undefined][] {
  const differing = cases.filter(({ comparison }) => comparison.kind === 'differ');
  assert.equal(total.differ, differing.length);
  return differing.map(({ id, comparison }) => [id, comparison.path]);
}

describe('a recording', () => {
  it('cannot be recorded from a recording, and remains unchanged', async () => {
    const before = readFileSync(recording);
    const sides = [{ recording }, 'portable'] as const;
    await assert.rejects(runConformance({ sides, record: recording }), {
      name: 'RangeError',
      message: /^options\.record must be absent/,
    });
    assert.deepEqual(readFileSync(recording), before);
  });

  it('is JSON Lines: a header, a line for each case, the end', () => {
    const header = JSON.parse(lines[0] ?? '');
    assert.equal(header.format, 'tokenbinding-conformance-recording');
    assert.equal(header.version, 1);
    assert.deepEqual([header.seed, header.mutations, header.groups], [5, 400, WITHOUT_PROBES]);
    assert.equal(header.side.name, 'portable');
    assert.equal(header.side.system.node, process.version);
    assert.deepEqual(JSON.parse(lines.at(-2) ?? ''), { end: lines.length - 3 });
    assert.equal(lines.at(-1), '');
  });

  it('agrees with the provider that made it', async () => {
    const report = await replay(recording);
    assert.deepEqual(differences(report), []);
    assert.equal(report.total.agree, lines.length - 3);
    assert.equal(report.sides[0].recording?.file, recording);
    assert.equal(report.seed, 5);
  });

  it('of probes contains no key and no target of the probes', async () => {
    const file = join(folder, 'probes.jsonl');
    await record(file, ['probes']);
    const text = readFileSync(file, 'utf8');
    assert.doesNotMatch(text, /\.invalid/);
    writeFileSync(file, text.replace('"version":"1.0"', '"version":"0.10"'));
    const differing = [['probes/version', 'observations.version']];
    assert.deepEqual(differences(await replay(file)), differing);
  });

  for (const [id, from, to, path] of [
    ['vectors/tb-00/ecdsap256', '"accepted"', '"refused"', 'verdict'],
    ['vectors/tb-00/ecdsap256', '"verified"', '"unevaluated"', 'results[0].status'],
    ['vectors/tb-03/ecdsap256', '"referred"', '"provided"', 'results[1].bindingType'],
    ['messages/fault/point-zero', '"refused"', '"accepted"', 'verdict'],
    ['generate-message/two-bindings', '"bytes":"A', '"bytes":"B', 'bytes'],
    ['identifiers/p-256-key-1-as-ecdsap256', '"identifier":"A', '"identifier":"B', 'identifier'],
  ] as const) {
    it(`with ${path} of ${id} altered differs there, and nowhere else`, async () => {
      const file = withLine(id, (line) => {
        assert.ok(line.includes(from), line);
        return line.replace(from, to);
      });
      assert.deepEqual(differences(await replay(file)), [[id, path]]);
    });
  }

  it('is compared with another recording', async () => {
    const id = 'messages/framing/empty';
    const file = withLine(id, (line) => line.replace('"refused"', '"invalid"'));
    const sides = [{ recording }, { recording: file }] as const;
    assert.deepEqual(differences(await runConformance({ sides })), [[id, 'verdict']]);
  });

  it('may lack cases, which are not compared', async () => {
    const report = await replay(
      changed((all) => {
        const some = all.slice(0, -2).filter((line) => !line.includes('"vectors/tb-2'));
        return [...some, `{"end":${some.length - 1}}`];
      }),
    );
    assert.deepEqual(differences(report), []);
    const missing = report.cases.filter(({ comparison }) => comparison.why?.includes('recording'));
    assert.ok(missing.length > 0);
    assert.ok(missing.every(({ id }) => id.startsWith('vectors/tb-2')));
  });

  it('of another input under the same id is not compared', async () => {
    const id = 'vectors/tb-00/ecdsap256';
    const other = (line: string) => line.replace(/"input":"./, '"input":"x');
    const report = await replay(withLine(id, other));
    const found = report.cases.find((one) => one.id === id);
    assert.deepEqual(found?.comparison, {
      kind: 'not-comparable',
      why: 'it was recorded for another input',
    });
  });

  for (const [name, change, problem] of [
    ['is empty', () => [], /is no JSON Lines/],
    ['is something else', () => ['{"some":"json"}'], /is no recording of tokenbinding conformance/],
    ['is of a later version', withHeader({ version: 2 }), /is of version 2.* reads version 1/],
    ['has a version of text', withHeader({ version: '1\nx' }), /a damaged first line/],
    ['has a version that is an object', withHeader({ version: NO_TEXT }), /a damaged first line/],
    ['ends with an object', withEnd({ end: NO_TEXT }), /a damaged line \d+$/],
    ['ends with a text', withEnd({ end: 'x\nthe sides agree' }), /a damaged line \d+$/],
    ['ends with a fraction', withEnd({ end: 1.5 }), /a damaged line \d+$/],
    ['has a long id', withCase('"vectors/', `"vectors/${'x'.repeat(250)}`), /a damaged line 2/],
    [
      'has more observations than any probe',
      withCase('"results":[', `"observations":{"a":[${'[],'.repeat(1000)}0]},"results":[`),
      /a damaged line 2/,
    ],
    [
      'has a longer name of an observation than any probe',
      withCase('"results":[', `"observations":{"${'x'.repeat(257)}":0},"results":[`),
      /a damaged line 2/,
    ],
    [
      'has a status beyond 32 bits',
      withCase(
        '"accepted"',
        '"refused","reason":{"code":"X","os":{"function":"F","status":1e999,"hex":"0"}}',
      ),
      /a damaged line 2/,
    ],
    ['has a seed of text', withHeader({ seed: '5' }), /a damaged first line/],
    ['has an unknown group', withHeader({ groups: ['all'] }), /a damaged first line/],
    ['has no side', withHeader({ side: null }), /a damaged first line/],
    ['has an unknown side', withHeader({ side: { name: 'linux' } }), /a damaged first line/],
    ['is cut off between lines', (all: string[]) => all.slice(0, 100), /is cut off/],
    [
      'is cut off in a line',
      (all: string[]) => [...all.slice(0, 100), all[100]?.slice(0, 30) ?? ''],
      /damaged line 101/,
    ],
    [
      'is out of order',
      ([header = '', ...rest]: string[]) => [header, ...rest.reverse()],
      /damaged line 2/,
    ],
    [
      'goes on after its end',
      (all: string[]) => [...all.slice(0, -1), '{}'],
      /goes on after its end/,
    ],
    [
      'has a case twice',
      (all: string[]) => {
        const twice = [...all.slice(0, -2), all.at(-3) ?? '', all.at(-3) ?? ''];
        return [...twice, `{"end":${twice.length - 1}}`];
      },
      /has mutations\/5\/000399 twice/,
    ],
    [
      'has fewer mutations than its header states',
      withHeader({ mutations: 4000 }),
      /has 400 mutations, not 4000/,
    ],
    ['lacks its end', (all: string[]) => all.slice(0, -2), /is cut off/],
    [
      'ends early',
      (all: string[]) => [...all.slice(0, 50), '{"end":9}'],
      /ends after 49 cases, not 9/,
    ],
    [
      'has an id that moves the cursor',
      withCase('vectors/', 'vectors/\\u001b[2J'),
      /a damaged line 2/,
    ],
    [
      'has an unknown verdict',
      withCase('"accepted"', '"perhaps"'),
      /line 2: its outcome is invalid$/,
    ],
    ['has results of another type', withCase('"results":[', '"results":[1,'), /a damaged line 2/],
    [
      'is deep',
      withCase(
        '"results":[',
        `"observations":{"a":${'['.repeat(1000)}${']'.repeat(1000)}},"results":[`,
      ),
      /a damaged line 2/,
    ],
    ['has a list in place of a line', (all: string[]) => [all[0] ?? '', '[]'], /a damaged line 2/],
    [
      'has a line that is too long',
      (all: string[]) => [all[0] ?? '', 'x'.repeat((1 << 18) + 1)],
      /a line 2 that is too long/,
    ],
  ] as [string, (lines: string[]) => string[], RegExp][]) {
    it(`is rejected if it ${name}`, async () => {
      const file = changed(change);
      const error = await rejected('ERR_TB_RECORDING', replay(file));
      assert.match(error.message, problem);
      assert.equal(error.file, file);
    });
  }

  it('is rejected before the run if it announces a billion cases and has one', async () => {
    const header = { ...JSON.parse(lines[0] ?? ''), groups: ['mutations'] };
    const line = { id: 'mutations/5/999999999', input: '', outcome: { verdict: 'refused' } };
    for (const mutations of [1e9, 1e6, 2]) {
      const whole = [{ ...header, mutations }, line, { end: 1 }].map((one) => JSON.stringify(one));
      await rejected('ERR_TB_RECORDING', replay(changed(() => whole)));
      await rejected('ERR_TB_RECORDING', replay(changed(() => whole.slice(0, 2))));
    }
  });

  it('is rejected if it takes too much memory', async () => {
    const size = lines.slice(0, -1).reduce((sum, line) => sum + line.length, 0);
    assert.equal((await readRecording(recording, size)).lines.size, lines.length - 3);
    const error = await rejected('ERR_TB_RECORDING', readRecording(recording, size - 1));
    assert.match(error.message, /takes more than \d+ bytes of memory$/);
  });

  it('is rejected if it has more cases than the area', async () => {
    const many = Array.from(
      { length: 70_000 },
      (_, index) => `{"id":"generate-message/${index}","input":""}`,
    );
    const file = changed(([header = '']) => [header, ...many, `{"end":${many.length}}`]);
    const error = await rejected('ERR_TB_RECORDING', replay(file));
    assert.match(error.message, /more cases than there are/);
  });

  it('may have its cases in any order', async () => {
    const file = changed(([header = '', ...rest]) => {
      return [header, ...rest.slice(0, -2).reverse(), rest.at(-2) ?? ''];
    });
    const report = await replay(file);
    assert.deepEqual([differences(report), report.notes], [[], []]);
  });

  for (const [name, change] of [
    ['a huge number of mutations', { mutations: 2 ** 53 - 1 }],
    ['one mutation more than the limit', { mutations: 1_000_001 }],
    ['a library that is null', { side: { name: 'windows', library: null } }],
    ['a system that is null', { side: { name: 'windows', system: null } }],
    ['a path that is not a text', { side: { name: 'windows', library: { path: {} } } }],
  ] as [string, object][]) {
    it(`is rejected with ${name}`, async () => {
      await rejected('ERR_TB_RECORDING', replay(changed(withHeader(change))));
    });
  }

  it('is rejected with a reason that is not a text', async () => {
    const outcome = { verdict: 'refused', reason: { code: 'X', fault: {}, os: { hex: {} } } };
    const file = changed(([header = '', first = '', ...rest]) => {
      return [header, JSON.stringify({ ...JSON.parse(first), outcome }), ...rest];
    });
    await rejected('ERR_TB_RECORDING', replay(file));
  });

  it('is rejected with a longer text than any', async () => {
    const os = { function: '', status: 1, hex: '' };
    const system = { platform: '', name: '', release: '', node: '' };
    const library = { path: '' };
    type Change = (text: string) => object;
    const headers: [number, Change][] = [
      [1024, (made) => ({ made })],
      [1024, (text) => ({ package: text })],
      [1024, (software) => ({ side: { name: 'other', software } })],
      [32_767, (path) => ({ side: { name: 'windows', library: { path } } })],
      [1024, (version) => ({ side: { name: 'windows', library: { ...library, version } } })],
      [1024, (sha256) => ({ side: { name: 'windows', library: { ...library, sha256 } } })],
      ...Object.keys(system).map((name): [number, Change] => {
        return [1024, (text) => ({ side: { name: 'other', system: { ...system, [name]: text } } })];
      }),
    ];
    const reasons: [number, Change][] = [
      [1024, (code) => ({ code })],
      [1024, (path) => ({ code: '', path })],
      [1024, (fault) => ({ code: '', fault })],
      ...['function', 'hex', 'name'].map((name): [number, Change] => {
        return [1024, (text) => ({ code: '', os: { ...os, [name]: text } })];
      }),
    ];
    const withReason: typeof reasons = reasons.map(([most, change]) => {
      return [most, (text) => ({ outcome: { verdict: 'refused', reason: change(text) } })];
    });
    const lines: typeof reasons = [
      ...withReason,
      [1024, (input) => ({ input })],
      [1024, (keyType) => ({ outcome: { verdict: 'accepted', keyType } })],
    ];
    const inFirst = (change: object) => {
      return ([header = '', first = '', ...rest]: string[]) => {
        return [header, JSON.stringify({ ...JSON.parse(first), ...change }), ...rest];
      };
    };
    for (const [write, changes] of [
      [withHeader, headers],
      [inFirst, lines],
    ] as const) {
      for (const [most, change] of changes) {
        await readRecording(changed(write(change("'".repeat(most)))));
        const file = changed(write(change("'".repeat(most + 1))));
        await rejected('ERR_TB_RECORDING', readRecording(file));
      }
    }
  });

  it('is rejected if it ends after a line without an id', async () => {
    const file = changed((all) => [...all.slice(0, -2), '{"id":"","input":"x"}']);
    await rejected('ERR_TB_RECORDING', replay(file));
  });

  it('with unknown cases gives a note, and its other cases are compared', async () => {
    const id = 'mutations/5/999999';
    const file = changed((all) => {
      const line = { id, input: '0'.repeat(16), outcome: { verdict: 'refused' } };
      return [...all.slice(0, -2), JSON.stringify(line), `{"end":${all.length - 2}}`];
    });
    const report = await replay(file);
    assert.deepEqual(differences(report), []);
    assert.equal(report.total.agree, lines.length - 3);
    assert.match(report.notes.join(), /^1 recorded answer is to cases that this version/);
  });

  it('of another input is not compared with a recording either', async () => {
    const id = 'mutations/5/000007';
    const of = (verdict: string) =>
      withLine(id, () => JSON.stringify({ id, input: 'other', outcome: { verdict } }));
    const sides = [{ recording: of('accepted') }, { recording: of('refused') }] as const;
    const { total, whyNotComparable } = await runConformance({ sides });
    assert.equal(total.differ, 0);
    assert.deepEqual(whyNotComparable, [
      { why: 'it was recorded for another input', cases: 1, example: id },
    ]);
  });

  it('is rejected if it cannot be read', async () => {
    await rejected('ERR_TB_RECORDING', replay(join(folder, 'missing.jsonl')));
    await rejected('ERR_TB_RECORDING', replay(folder));
  });

  it('cannot be compared with a recording of other cases', async () => {
    const other = changed(withHeader({ seed: 6 }));
    const sides = [{ recording }, { recording: other }] as const;
    const error = await rejected('ERR_TB_RECORDING', runConformance({ sides }));
    assert.match(error.message, /is of other cases than the first: they differ in seed$/);
  });
});

function withHeader(change: object): (lines: string[]) => string[] {
  return ([header = '', ...rest]) => [
    JSON.stringify({ ...JSON.parse(header), ...change }),
    ...rest,
  ];
}

function withEnd(end: object): (lines: string[]) => string[] {
  return (all) => [...all.slice(0, -2), JSON.stringify(end)];
}

function withCase(from: string, to: string): (lines: string[]) => string[] {
  return ([header = '', first = '', ...rest]) => [header, first.replace(from, to), ...rest];
}

describe('a recorded run', () => {
  const selection: Selection = {
    area: 'token-binding',
    groups: GROUPS['token-binding'],
    seed: 1,
    mutations: 100,
  };

  it('leaves no file when it fails', async () => {
    const empty = temporaryFolder();
    const record = join(empty, 'recording.jsonl');
    const failing = madeUpSide(({ id }) => {
      if (id.startsWith('generate-message/')) throw new Error('the cable was pulled');
      return refused;
    });
    const sides = [failing, madeUpSide(() => refused)] as const;
    await assert.rejects(run({ sides, record, ...selection }), /the cable was pulled/);
    assert.deepEqual(readdirSync(empty), []);
  });

  it('fails if the file cannot be written', async () => {
    const sides = [madeUpSide(() => refused), madeUpSide(() => refused)] as const;
    const record = join(folder, 'no', 'such', 'folder.jsonl');
    const error = await rejected('ERR_TB_RECORDING', run({ sides, record, ...selection }));
    assert.match(error.message, /cannot be written/);
  });

  it('leaves no file behind if the recording cannot be renamed', async () => {
    const empty = temporaryFolder();
    const record = join(empty, 'taken');
    mkdirSync(join(record, 'by a folder'), { recursive: true });
    const sides = [madeUpSide(() => refused), madeUpSide(() => refused)] as const;
    const error = await rejected('ERR_TB_RECORDING', run({ sides, record, ...selection }));
    assert.match(error.message, /cannot be written/);
    assert.deepEqual(readdirSync(empty), ['taken']);
  });

  it('replaces an earlier recording only when the new one is complete', async () => {
    const record = join(folder, 'kept.jsonl');
    writeFileSync(record, 'earlier');
    const failing = madeUpSide(() => {
      assert.equal(readFileSync(record, 'utf8'), 'earlier');
      return refused;
    });
    const sides = [failing, madeUpSide(() => refused)] as const;
    await run({ sides, record, ...selection });
    assert.match(readFileSync(record, 'utf8'), /^\{"format":/);
  });
});
