import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inputDigest } from '../../src/conformance/case.js';
import { loadCases } from '../../src/conformance/cases.js';
import { temporaryFolder } from '../support/folders.js';

const folder = temporaryFolder();
const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

describe('200,000 cases', () => {
  it('fit a heap of 48 MB', () => {
    const args = ['conformance', 'portable', 'specification', '--cases', '200000'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=48', program, ...args],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^mutations +200000 +\d{6} +0 /m);
  });
});

describe('a malicious recording of 38 MB', () => {
  const write = async (name: string, verdict: string, values: number, mutations: number) => {
    const file = join(folder, name);
    const selection = { seed: 1, mutations, groups: ['mutations'] as const };
    const format = { format: 'tokenbinding-conformance-recording', version: 1 };
    const made = { made: '2026-01-01T00:00:00.000Z', package: '0.1.0', side: { name: 'portable' } };
    const observed = `"observations":{"a":[${Array(values).fill('{}').join()}]}`;
    const cases = await loadCases({ area: 'token-binding', ...selection });
    const lines = Array.from(cases, (test) => {
      const outcome = `{"verdict":"${verdict}",${observed}}`;
      return `{"id":"${test.id}","input":"${inputDigest(test)}","outcome":${outcome}}`;
    });
    const header = JSON.stringify({ ...format, ...made, ...selection });
    writeFileSync(file, [header, ...lines, `{"end":${mutations}}`].join('\n'));
    return file;
  };
  const diff = (heap: number, ...files: string[]) => {
    const args = [`--max-old-space-size=${heap}`, program, 'conformance', 'diff', ...files];
    return spawnSync(process.execPath, args, { encoding: 'utf8' });
  };

  it('is compared in a few times its size of memory if it has few values', async () => {
    const one = await write('one', 'observed', 900, 14_000);
    const other = await write('other', 'refused', 900, 14_000);
    const { status, stdout, stderr } = diff(256, one, other);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^the sides differ in 14000 of \d+ cases$/m);
  });

  it('is read in its size of memory if each 32 KB of it have a character of two bytes', () => {
    const file = join(folder, 'two-bytes');
    const header = {
      ...{ format: 'tokenbinding-conformance-recording', version: 1, made: '', package: '' },
      ...{ side: { name: 'other' }, seed: 1, mutations: 0, groups: ['vectors'] },
    };
    const cases = Array.from({ length: 2400 }, (_, index) => {
      const bytes = index % 2 === 0 ? '\u20ac' : 'A'.repeat(32_000);
      return { id: `vectors/${index}`, input: '', outcome: { verdict: 'accepted', bytes } };
    });
    const lines = [header, ...cases, { end: cases.length }].map((line) => JSON.stringify(line));
    writeFileSync(file, lines.join('\n'));
    const reader = new URL('../../src/conformance/recording/read-recording.js', import.meta.url);
    const source = `
      import { readRecording } from ${JSON.stringify(reader)};
      console.log((await readRecording(${JSON.stringify(file)})).lines.size);`;
    const args = ['--max-old-space-size=56', '--input-type=module', '--eval', source];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(stdout, '2400\n', stderr);
  });

  it('is rejected if it has many values', async () => {
    const file = await write('wide', 'observed', 87_000, 146);
    const { status, stderr } = diff(128, file, await write('small', 'observed', 1, 1));
    assert.equal(status, 2, stderr);
    assert.match(stderr, /ERR_TB_RECORDING: .* a damaged line 2/);
  });
});
