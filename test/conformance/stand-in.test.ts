import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findStandInRecording } from '../../src/conformance/token-binding/stand-in-recording.js';
import { runConformance, toHtml } from '../../src/conformance.js';

const command = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

function conformance(...args: string[]) {
  const all = [command, 'conformance', ...args];
  return spawnSync(process.execPath, all, { encoding: 'utf8' });
}

describe('the recording in the package', () => {
  it('is named after what it is, and small', () => {
    assert.equal(basename(findStandInRecording()), 'stand-in-under-wine.jsonl');
    assert.ok(statSync(findStandInRecording()).size < 80_000);
  });

  it('agrees with the portable provider in every case that both have', async () => {
    const report = await runConformance({
      sides: [{ recording: findStandInRecording() }, 'portable'],
    });
    const { agree, differ, knownDeviation, notComparable, cases } = report.total;
    assert.deepEqual([differ, knownDeviation, agree + notComparable], [0, 0, cases]);
    assert.deepEqual(
      report.whyNotComparable.map(({ why }) => why),
      ['only a DLL can be asked this'],
    );
    assert.deepEqual(report.notes, []);
    const [{ name, software, system }] = report.sides;
    assert.deepEqual([name, system?.wine], ['other', true]);
    assert.match(software ?? '', /stand-in for tokenbinding\.dll under Wine, not Microsoft's/);
    const page = toHtml(report).replaceAll('&#39;', "'");
    assert.match(page, /stand-in for tokenbinding\.dll under Wine, not Microsoft/);
    assert.match(page, /Wine, which is not Windows/);
  });

  it('is a side of the command, whose output says what it is', () => {
    const { status, stdout, stderr } = conformance('stand-in', 'portable', '--groups', 'probes');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /--groups must be absent: the recording determines it/);
    const run = conformance('stand-in', 'specification');
    assert.equal(run.status, 0, run.stderr);
    const [, a = ''] = run.stdout.split('\n');
    assert.match(a, /stand-in for tokenbinding\.dll under Wine, not Microsoft's/);
  });

  it('is what the command proposes where there is no Windows', (context) => {
    if (process.platform === 'win32') return context.skip('this is Windows');
    const { status, stderr } = conformance();
    assert.equal(status, 2);
    assert.match(stderr, /^ {2}tokenbinding conformance stand-in portable$/m);
    assert.doesNotMatch(conformance('--area', 'sspi').stderr, /stand-in/);
  });

  it('takes no --replay beside it', () => {
    const { status, stderr } = conformance('--replay', 'other.jsonl', 'stand-in', 'portable');
    assert.equal(status, 2);
    assert.match(stderr, /--replay needs the side 'replay'/);
  });
});
