import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runConformance } from '../../src/conformance.js';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/recordings.md'), 'utf8');

describe('docs/recordings.md', () => {
  it('has a recording that replays unchanged and agrees', async () => {
    const blocks = Array.from(page.matchAll(/^```jsonl\n(.*?)^```$/gms), ([, text = '']) => text);
    assert.equal(blocks.length, 1);
    const recording = join(temporaryFolder(), 'recording.jsonl');
    writeFileSync(recording, blocks[0] ?? '');
    const report = await runConformance({ sides: [{ recording }, 'portable'] });
    const { agree, differ, notComparable, cases } = report.total;
    assert.deepEqual([agree, differ, notComparable], [1, 0, cases - 1]);
    assert.equal(report.sides[0].software, 'example 1.0');
    const missing = 'the recording does not have it';
    assert.deepEqual(
      report.whyNotComparable.map(({ why }) => why),
      [missing],
    );
  });
});
