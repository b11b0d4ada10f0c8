import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findStandInRecording } from '../../src/conformance/token-binding/stand-in-recording.js';
import { windowsPath } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const program = join(root, 'dist', 'src', 'cli.js');
/** Without the longest messages, so that the package stays small. */
const CASES = ['--groups', 'vectors,identifiers,mutations,probes', '--cases', '50'];
const SOFTWARE = "the tests' stand-in for tokenbinding.dll under Wine, not Microsoft's";

/** Records the stand-in. The header calls it by its own name, because it is not Windows. */
export async function recordStandIn(workplace: Workplace): Promise<string> {
  const file = join(workplace.folder, 'stand-in.jsonl');
  const library = windowsPath(workplace.standIn('tokenbinding.dll'));
  const args = ['--library', library, '--record', windowsPath(file), ...CASES];
  const command = [program, 'conformance', ...args];
  const { status, output } = await workplace.runInNode('22.23.3', command);
  assert.equal(status, 0, output);
  const [first = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  const header = JSON.parse(first);
  const { system, library: described } = header.side;
  const { version } = described;
  const side = {
    name: 'other',
    software: SOFTWARE,
    library: { path: 'tokenbinding.dll', version },
    system,
  };
  return [JSON.stringify({ ...header, side }), ...lines].join('\n');
}

/** Tests that the recording in the package is what the stand-in answers today. */
export function describeStandInRecording(workplace: Workplace): void {
  describe('the recording in the package', () => {
    it('has the answers of the stand-in; dist/test/wine/record-stand-in.js makes it', async () => {
      const [first = '', ...shipped] = readFileSync(findStandInRecording(), 'utf8').split('\n');
      const [header = '', ...lines] = (await recordStandIn(workplace)).split('\n');
      assert.deepEqual(shipped, lines);
      const { made, package: by, ...rest } = JSON.parse(first);
      const { made: _made, package: _by, ...expected } = JSON.parse(header);
      assert.deepEqual(rest, expected);
      assert.ok(Date.parse(made) > 0 && typeof by === 'string');
    });
  });
}
