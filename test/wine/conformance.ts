import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  type Outcome,
  type Report,
  type ReportedCase,
  runConformance,
} from '../../src/conformance.js';
import { open, TokenBindingError } from '../../src/index.js';
import type { KeyType } from '../../src/tokenbinding/types.js';
import { assertValidReport } from '../support/report-schema.js';
import { windowsPath } from './prefix.js';
import { root, type Workplace } from './workplace.js';

const program = join(root, 'dist', 'src', 'cli.js');
const CASES = 20_000;

/** Tests the command in node.exe with stand-ins for Microsoft's DLL, and replays its recordings on Linux. */
export function describeConformance(workplace: Workplace): void {
  const recording = join(workplace.folder, 'recording.jsonl');

  const conformance = async (dll: string, args: string[], environment: NodeJS.ProcessEnv = {}) => {
    const library = ['--library', windowsPath(workplace.standIn(dll))];
    const command = [program, 'conformance', ...library, '--json', ...args];
    const { status, stdout, stderr } = await workplace.runInNode('22.23.3', command, environment);
    assert.match(stdout, /^\{/, stderr.slice(-2000));
    const report: Report = JSON.parse(stdout);
    assertValidReport(report);
    return { status, report };
  };

  describe('conformance under Wine', () => {
    before(async () => {
      const args = ['--cases', String(CASES), '--record', windowsPath(recording)];
      const { status, report } = await conformance('tokenbinding.dll', args);
      assert.equal(report.total.differ, 0, JSON.stringify(differing(report).slice(0, 3)));
      assert.equal(status, 0);
      plain = report;
    });
    let plain: Report;

    it(`finds no difference between the stand-in and the portable provider in ${CASES} mutations and all other cases`, () => {
      const { total, groups, sides } = plain;
      assert.ok(total.cases > CASES + 500);
      assert.equal(total.agree + total.notComparable, total.cases);
      for (const { name, notComparable } of groups) {
        assert.equal(notComparable > 0, name === 'probes', `${name}: ${notComparable}`);
      }
      assert.equal(sides[0].library?.version, '0.1.2.3');
      assert.equal(sides[0].system?.wine, true);
    });

    it('makes a recording that agrees with a replay on Linux', async () => {
      const report = await runConformance({ sides: [{ recording }, 'portable'] });
      assert.equal(report.total.differ, 0);
      assert.equal(report.mutations, CASES);
      assert.deepEqual(report.total, plain.total);
    });

    it('makes a recording that agrees with the specification', async () => {
      const report = await runConformance({ sides: [{ recording }, 'specification'] });
      assert.equal(report.total.differ, 0);
      assert.ok(report.total.agree > CASES / 2);
    });

    it('reports a single altered outcome of a recording as the only difference', async () => {
      const id = 'mutations/1/012345';
      const lines = readFileSync(recording, 'utf8').split('\n');
      const index = lines.findIndex((line) => line.startsWith(`{"id":"${id}"`));
      const [from, to] = lines[index]?.includes('"accepted"')
        ? ['"accepted"', '"refused"']
        : ['"refused"', '"accepted"'];
      lines[index] = lines[index]?.replace(from as string, to as string) ?? '';
      const altered = join(workplace.folder, 'altered.jsonl');
      writeFileSync(altered, lines.join('\n'));
      const report = await runConformance({ sides: [{ recording: altered }, 'portable'] });
      assert.deepEqual(
        differing(report).map(({ id, comparison }) => [id, comparison.path]),
        [[id, 'verdict']],
      );
    });

    it('completes with a DLL without TokenBindingGenerateIDForUri', async () => {
      const file = join(workplace.folder, '1809.jsonl');
      const args = ['--cases', '100', '--record', windowsPath(file)];
      const { status, report } = await conformance('tokenbinding-1809.dll', args);
      assert.equal(status, 1);
      const ids = differing(report).map(({ id }) => id);
      assert.deepEqual(ids, ['probes/identifiers', 'probes/any-existing']);
      assert.deepEqual(report.notes, []);
      const replayed = await runConformance({ sides: [{ recording: file }, 'portable'] });
      assert.deepEqual(replayed.total, report.total);
    });

    for (const [deviation, example, path, isCase] of [
      ['trailing-byte', 'messages/framing/trailing-byte', 'verdict', hasTrailingByte],
      ['referred-signature', 'messages/fault/ecdsa-zero/referred', 'verdict', hasBadReferred],
      ['reversed-list', 'messages/pair/ecdsap256/rsa2048_pss', 'results[0].', isReversed],
    ] as [string, string, string, (one: ReportedCase) => boolean][]) {
      it(`finds the planted deviation ${deviation} and no other difference`, async () => {
        const environment = { STAND_IN_DEVIATIONS: deviation };
        const args = ['--cases', '3000'];
        const { status, report } = await conformance(
          'tokenbinding-nonconforming.dll',
          args,
          environment,
        );
        assert.equal(status, 1);
        const found = differing(report);
        assert.equal(found.length, report.total.differ);
        assert.ok(
          found.some(({ id, comparison }) => id === example && comparison.path?.startsWith(path)),
        );
        assert.ok(found.some(({ group }) => group === 'mutations'));
        for (const one of found) assert.ok(isCase(one), JSON.stringify(one).slice(0, 500));
      });
    }

    it('finds all three deviations at once, and one of them explains each case', async () => {
      const { report } = await conformance('tokenbinding-nonconforming.dll', ['--cases', '3000']);
      const kinds = differing(report).map((one) => {
        const list = one.outcomes[0]?.results ?? [];
        const forward = withLeft(one, { verdict: 'accepted', results: list.toReversed() });
        if (isReversed(one)) return 'reversed-list';
        if (hasBadReferred(forward)) return 'referred-signature';
        assert.ok(hasTrailingByte(forward), JSON.stringify(one).slice(0, 500));
        return 'trailing-byte';
      });
      assert.equal(new Set(kinds).size, 3);
    });
  });
}

function differing({ cases }: Report): ReportedCase[] {
  return cases.filter(({ comparison }) => comparison.kind === 'differ');
}

function withLeft({ outcomes, ...one }: ReportedCase, left: Outcome): ReportedCase {
  return { ...one, outcomes: [left, outcomes[1]] };
}

/** The left side accepts a message with one byte after it. */
function hasTrailingByte({ input, outcomes: [left, right] }: ReportedCase): boolean {
  if (input?.call !== 'verifyMessage' || right?.verdict !== 'refused') return false;
  const message = Buffer.from(String(input['message']), 'base64url').subarray(0, -1);
  const expected = {
    keyType: input['keyType'] as KeyType,
    ekm: Buffer.from(String(input['ekm']), 'base64url'),
  };
  try {
    const results = open({ provider: 'portable' }).verifyMessageSync(message, expected);
    return left?.verdict === 'accepted' && left.results?.length === results.length;
  } catch (error) {
    if (error instanceof TokenBindingError) return false;
    throw error;
  }
}

/** The left side accepts an invalid signature of a referred binding, which the right one rejects. */
function hasBadReferred({ outcomes: [left, right] }: ReportedCase): boolean {
  const { code, path } = right?.reason ?? {};
  const index = Number(/^tokenbindings\[(\d+)\]\.signature$/.exec(path ?? '')?.[1]);
  if (left?.verdict !== 'accepted' || code !== 'ERR_TB_SIGNATURE') return false;
  return left.results?.[index]?.bindingType === 'referred';
}

/** Both sides list the same values, the left side in reverse. */
function isReversed({ outcomes: [left, right] }: ReportedCase): boolean {
  if (left?.verdict === 'observed' && right?.verdict === 'observed') {
    const lists = ({ observations }: Outcome) => Object.values(observations ?? {}).map(String);
    const reversed = lists(left).map((list) => list.split(', ').reverse().join(', '));
    return isDeepStrictEqual(reversed, lists(right));
  }
  if (left?.verdict !== 'accepted' || right?.verdict !== 'accepted') return false;
  const results = left.results?.toReversed();
  return isDeepStrictEqual(results, right.results);
}
