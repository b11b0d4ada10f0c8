import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { conformanceLines } from '../../src/cli/conformance-text.js';
import { runConformance, toHtml } from '../../src/conformance.js';
import { TokenBindingError } from '../../src/errors.js';
import { temporaryFolder } from '../support/folders.js';
import { mutated } from '../support/mutations.js';

// The committed seed makes the same cases on every machine; FC_SEED makes others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 8471) });

const folder = temporaryFolder();
const original = join(folder, 'original.jsonl');
const recording = join(folder, 'changed.jsonl');
let lines: string[];

before(async () => {
  // Our own colours are control characters too.
  delete process.env['FORCE_COLOR'];
  const sides = ['portable', 'specification'] as const;
  await runConformance({ sides, groups: ['generate-message', 'identifiers'], record: original });
  // Without the longest lines, which would get most of the changes.
  const [header = '', ...rest] = readFileSync(original, 'utf8').trimEnd().split('\n');
  const cases = rest.slice(0, -1).filter((line) => line.length < 1000);
  lines = [header, ...cases, JSON.stringify({ end: cases.length })];
});

/** Asserts that a recording gives ERR_TB_RECORDING, or a report without unescaped control characters. */
async function assertHandled(text: string | Uint8Array): Promise<boolean> {
  writeFileSync(recording, text);
  try {
    const report = await runConformance({ sides: [{ recording }, 'specification'] });
    const shown = conformanceLines(report).join('');
    assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    assert.doesNotMatch(toHtml(report), /[^\P{Cc}\n]|[\p{Cf}\p{Cs}]/u);
    return true;
  } catch (error) {
    assert.ok(error instanceof TokenBindingError, `${error}`);
    assert.equal(error.code, 'ERR_TB_RECORDING');
    const said = error.message.replace(recording, '');
    assert.doesNotMatch(said, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    return false;
  }
}

/** Any value of JSON; its texts may contain control sequences. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('\u001b[2J', 'a\nb', '\u202e', { toString: null, valueOf: null }, 1e308, [], {}),
);

describe('recordings', () => {
  it('are compared or rejected after a change of any bytes', async () => {
    const whole = Buffer.from(lines.join('\n'));
    await fc.assert(
      fc.asyncProperty(mutated([whole]), async (bytes) => void (await assertHandled(bytes))),
      { numRuns: 200 },
    );
  });

  it('are compared or rejected with any JSON value in any place', async () => {
    const outcomes = { compared: 0, refused: 0 };
    const place = fc.tuple(fc.nat(), fc.nat(), anything);
    await fc.assert(
      fc.asyncProperty(place, async ([line, part, value]) => {
        const index = line % lines.length;
        const changed = lines.with(
          index,
          JSON.stringify(replaced(JSON.parse(lines[index] ?? ''), part, value)),
        );
        outcomes[(await assertHandled(changed.join('\n'))) ? 'compared' : 'refused']++;
      }),
      { numRuns: 400 },
    );
    assert.ok(outcomes.compared > 20 && outcomes.refused > 100, JSON.stringify(outcomes));
  });
});

/** A copy with another value in one place; places are counted from the root. */
function replaced(value: unknown, part: number, other: unknown): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const names = Object.keys(value);
  const chosen = part % (names.length + 1);
  const name = names[chosen];
  if (name === undefined) return other;
  const fields = value as Record<string, unknown>;
  const rest = Math.floor(part / (names.length + 1));
  const copy = Array.isArray(value) ? [...value] : { ...value };
  return Object.assign(copy, { [name]: replaced(fields[name], rest, other) });
}
