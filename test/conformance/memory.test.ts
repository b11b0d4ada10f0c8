import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/folders.js';

const folder = temporaryFolder();
const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

describe('200,000 cases', () => {
  it('take no more memory than a heap of 48 MB has', () => {
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

describe('a recording of 38 MB that somebody made up', () => {
  const header = {
    format: 'tokenbinding-conformance-recording',
    version: 1,
    made: '2026-01-01T00:00:00.000Z',
    package: '0.1.0',
    side: { name: 'portable' },
    seed: 1,
    mutations: 0,
    groups: ['generate-message'],
  };
  const write = (name: string, verdict: string, values: number, cases: number) => {
    const file = join(folder, name);
    const lists = Array(values).fill('{}').join();
    const lines = Array.from({ length: cases }, (_, index) => {
      const observed = `"observations":{"a":[${lists}]}`;
      return `{"id":"generate-message/${index}","input":"","outcome":{"verdict":"${verdict}",${observed}}}`;
    });
    writeFileSync(file, [JSON.stringify(header), ...lines, `{"end":${cases}}`].join('\n'));
    return file;
  };
  const diff = (heap: number, ...files: string[]) => {
    const args = [`--max-old-space-size=${heap}`, program, 'conformance', 'diff', ...files];
    return spawnSync(process.execPath, args, { encoding: 'utf8' });
  };

  it('is compared in memory of a few times its size, where its values are few', () => {
    const files = ['one', 'other'].map((name, index) => {
      return write(name, index === 0 ? 'observed' : 'refused', 900, 14_000);
    });
    const { status, stdout, stderr } = diff(256, ...files);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^the sides differ in 14000 of \d+ cases$/m);
  });

  it('is refused where they are many', () => {
    const file = write('wide', 'observed', 87_000, 146);
    const { status, stderr } = diff(128, file, recorded('small'));
    assert.equal(status, 2, stderr);
    assert.match(stderr, /ERR_TB_RECORDING: .* a damaged line 2/);
  });

  const recorded = (name: string) => write(name, 'observed', 1, 1);
});
