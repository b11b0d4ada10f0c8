import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runConformance, toHtml } from '../src/conformance.js';
import { TokenBindingError } from '../src/index.js';
import { mutate } from './mutate.js';
import { requireDocumented, type Target } from './target.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenbinding-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const SEEDS = [await makeRecording('token-binding'), await makeRecording('sspi')];

/** A damaged recording gives ERR_TB_RECORDING, or a report that makes a page. */
export const recording: Target = {
  name: 'recording',
  // Each input is a run of the conformance cases.
  maxTime: 20_000,
  async run(random) {
    const bytes = mutate(SEEDS, random);
    const file = join(folder, 'altered.jsonl');
    writeFileSync(file, bytes);
    try {
      toHtml(await runConformance({ sides: [{ recording: file }, 'portable'] }));
      return 'compared';
    } catch (error) {
      return requireDocumented(error, TokenBindingError, [bytes]);
    }
  },
};

/** Makes a small recording that has every kind of line. */
async function makeRecording(area: 'token-binding' | 'sspi'): Promise<Uint8Array> {
  const file = join(folder, `${area}.jsonl`);
  const groups = area === 'sspi' ? (['client'] as const) : (['vectors'] as const);
  await runConformance({
    area,
    groups,
    mutations: 0,
    sides: ['portable', 'specification'],
    record: file,
  });
  return new Uint8Array(readFileSync(file));
}
