import { isDeepStrictEqual } from 'node:util';
import { outOfRange } from '../bytes/check.js';
import { type AreaName, findArea } from './areas.js';
import {
  type CheckedOptions,
  type ConformanceOptions,
  checkArea,
  checkConformanceOptions,
} from './options.js';
import { areaOf, recordingError } from './recording/format.js';
import { ReplaySide } from './recording/replay.js';
import type { Report } from './report/report.js';
import { type Selection, selectionOf } from './selection.js';
import type { LiveChoice, SideChoice } from './sides/choice.js';
import type { Side } from './sides/side.js';
import { specification } from './sides/specification.js';

/**
 * Puts the same cases to two sides and reports where their outcomes differ.
 *
 * Probes make and delete keys for targets of their own below .invalid, and touch no other key. If such a key
 * could not be deleted, a note of the report says so.
 *
 * @returns the report; {@link toHtml} makes a page of it
 * @throws TypeError or RangeError for an invalid option
 * @throws TokenBindingError `ERR_TB_UNAVAILABLE` or `ERR_TB_OS` if a Windows side has no tokenbinding.dll or
 * cannot load it; `ERR_TB_RECORDING` if a recording cannot be read or written, or if two recordings have
 * different cases; `ERR_TB_NOT_SUPPORTED` in a bundle, because the cases are files of this package
 * @throws SspiError `SEC_E_UNSUPPORTED_FUNCTION` or `ERR_SSPI_OS` if a Windows side has no SSPI or cannot load it;
 * `SEC_E_NO_CREDENTIALS` or `SEC_E_UNKNOWN_CREDENTIALS` if the keytab cannot be read, or has no key for the target
 *
 * @example
 * import { runConformance } from 'tokenbinding/conformance';
 *
 * const { total } = await runConformance({
 *   sides: ['portable', 'specification'],
 *   groups: ['vectors', 'messages'],
 * });
 * console.log(`${total.agree} cases agree, ${total.differ} differ`);
 */
export async function runConformance(options: ConformanceOptions = {}): Promise<Report> {
  const checked = checkConformanceOptions(options);
  const { sides: choices, caseId, record, knownDeviations, signal, onProgress } = checked;
  const recordings = await openRecordings(choices);
  const selection = chooseSelection(checked, [...recordings.values()]);
  const { area } = selection;
  const open = async (choice: SideChoice) =>
    recordings.get(choice) ?? openLive(choice as LiveChoice, area, checked);
  const sides = [await open(choices[0]), await open(choices[1])] as const;
  checkLibraries(sides);
  // The cases read files of this package when they are loaded: shadow() does without them.
  const { run } = await import('./run.js');
  const report = await run({ sides, ...selection, record, knownDeviations, signal, onProgress });
  if (caseId !== undefined && report.total.cases === 0) throw noSuchCase(area);
  return report;
}

/** Recordings are opened first, because they determine the cases. */
async function openRecordings(
  choices: readonly SideChoice[],
): Promise<Map<SideChoice, ReplaySide>> {
  const recordings = new Map<SideChoice, ReplaySide>();
  for (const choice of choices) {
    if (typeof choice === 'string' || 'library' in choice) continue;
    recordings.set(choice, await ReplaySide.open(choice.recording));
  }
  return recordings;
}

function chooseSelection(options: CheckedOptions, recordings: readonly ReplaySide[]): Selection {
  const { selection = recordedSelection(recordings), caseId } = options;
  checkArea(selection.area, options);
  if (caseId === undefined) return selection;
  const chosen = selectionOf(selection.area, caseId);
  if (chosen === undefined) throw noSuchCase(selection.area);
  return chosen;
}

/** The cases that were recorded. */
function recordedSelection([one, other]: readonly ReplaySide[]): Selection {
  const { header } = one as ReplaySide;
  const selection = selectionIn(header);
  if (other === undefined) return selection;
  const theirs = selectionIn(other.header);
  const names = ['area', 'seed', 'mutations', 'groups'] as const;
  const different = names.filter((name) => !isDeepStrictEqual(selection[name], theirs[name]));
  if (different.length === 0) return selection;
  const problem = `is of other cases than the first: they differ in ${different.join(' and ')}`;
  throw recordingError(other.file, problem);
}

function selectionIn(header: ReplaySide['header']): Selection {
  const { seed, mutations, groups } = header;
  return { area: areaOf(header), seed, mutations, groups };
}

async function openLive(
  choice: LiveChoice,
  area: AreaName,
  options: CheckedOptions,
): Promise<Side> {
  return choice === 'specification' ? specification : findArea(area).openSide(choice, options);
}

/** A library agrees with itself. A recording of it may still be compared with it. */
function checkLibraries(sides: readonly [Side, Side]): void {
  const [one, other] = sides.map(({ description: { library, recording } }) => {
    return recording === undefined ? library?.path.toLowerCase() : undefined;
  });
  if (one !== undefined && one === other) {
    throw outOfRange('options.sides', 'two different sides: both are one library');
  }
}

function noSuchCase(area: AreaName): RangeError {
  return outOfRange('options.caseId', `the id of a case of ${area}`);
}
