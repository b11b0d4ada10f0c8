import { once } from 'node:events';
import { isWrongArgument } from '../bytes/check.js';
import { type AreaName, groupOf } from '../conformance/areas.js';
import { type Case, inputDigest } from '../conformance/case.js';
import { loadCases } from '../conformance/cases.js';
import { type ConformanceOptions, checkConformanceOptions } from '../conformance/options.js';
import { type Selection, selectionOf } from '../conformance/selection.js';
import { EXIT, type ExitCode } from './command.js';
import { noCase, readCasesArguments, toUsageError } from './conformance-arguments.js';

/** Writes the cases, one a line, and runs none. */
export async function run(args: string[]): Promise<ExitCode> {
  const { options, json } = readCasesArguments(args);
  const selection = readSelection(options);
  let count = 0;
  for (const test of await loadCases(selection)) {
    count++;
    await writeLine(
      json ? JSON.stringify(toJson(selection.area, test)) : `${test.id}  ${test.title}`,
    );
  }
  if (count === 0) throw noCase(options);
  return EXIT.ok;
}

function readSelection(options: ConformanceOptions): Selection {
  try {
    const { selection, caseId } = checkConformanceOptions(options);
    // It is undefined only with a recording.
    const every = selection as Selection;
    const chosen = caseId === undefined ? every : selectionOf(every.area, caseId);
    if (chosen === undefined) throw noCase(options);
    return chosen;
  } catch (error) {
    if (isWrongArgument(error)) throw toUsageError(error, options);
    throw error;
  }
}

/** docs/recordings.md describes it. */
function toJson(area: AreaName, test: Case): object {
  const { id, title, input, expected } = test;
  const group = groupOf(area, id);
  const digest = inputDigest(test);
  return { id, group, title, digest, input, ...(expected && { expected }) };
}

async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}
