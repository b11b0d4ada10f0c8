import { once } from 'node:events';
import { isWrongArgument } from '../bytes/check.js';
import { type Case, inputDigest } from '../conformance/case.js';
import { allCases } from '../conformance/cases/all.js';
import { type Selection, selectionOf } from '../conformance/cases/selection.js';
import { type ConformanceOptions, checkConformanceOptions } from '../conformance/options.js';
import { inputOf } from '../conformance/reported-input.js';
import { EXIT, type ExitCode } from './command.js';
import { noCase, readCasesArguments, toUsageError } from './conformance-arguments.js';

/** Writes the cases, one a line, and runs none. */
export async function run(args: string[]): Promise<ExitCode> {
  const { options, json } = readCasesArguments(args);
  let count = 0;
  for (const test of allCases(readSelection(options))) {
    count++;
    await writeLine(json ? JSON.stringify(toJson(test)) : `${test.id}  ${test.title}`);
  }
  if (count === 0) throw noCase(options);
  return EXIT.ok;
}

function readSelection(options: ConformanceOptions): Selection {
  try {
    const { selection, caseId } = checkConformanceOptions(options);
    // Only a recording brings its own, and here is none.
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
function toJson(test: Case): object {
  const { id, group, title, call, expected } = test;
  const digest = inputDigest(test);
  return { id, group, title, digest, input: inputOf(call), ...(expected && { expected }) };
}

async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}
