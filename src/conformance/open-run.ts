import { outOfRange } from '../bytes/check.js';
import type { AreaName } from './case.js';
import { type Selection, selectionOf } from './cases/selection.js';
import { type ConformanceOptions, checkArea, checkConformanceOptions } from './options.js';
import { recordingError } from './recording.js';
import type { Report } from './report.js';
import { type LiveChoice, openSide, type SideChoice } from './sides/open-side.js';
import { ReplaySide } from './sides/replay.js';
import type { Side } from './sides/side.js';

/**
 * Puts every case to both sides and reports where they part. Probes make and delete keys for targets of
 * their own below .invalid and name no other; where one may be left, a note of the report says so.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError ERR_TB_UNAVAILABLE, ERR_TB_OS for a Windows side that is not there or does
 * not load; ERR_TB_RECORDING for a recording that cannot be read or written, or two of other cases
 * @throws SspiError SEC_E_UNSUPPORTED_FUNCTION with its reason, ERR_SSPI_OS for a Windows side of SSPI likewise
 */
export async function runConformance(options: ConformanceOptions = {}): Promise<Report> {
  const checked = checkConformanceOptions(options);
  const { sides: choices, selection: chosen, account, caseId, ...rest } = checked;
  const opened: Side[] = [];
  try {
    const recordings = await openRecordings(choices, opened);
    const every = chosen ?? recordedSelection([...recordings.values()]);
    checkArea(every.area, checked);
    const selection = caseId === undefined ? every : selectionOf(every.area, caseId);
    if (selection === undefined) throw noSuchCase(every.area);
    for (const choice of choices.filter(isLive)) {
      opened.push(await openSide(choice, selection.area, account));
    }
    const live = opened.slice(recordings.size);
    const sides = choices.map((choice) => recordings.get(choice) ?? live.shift()) as [Side, Side];
    const [one, other] = sides.map(({ description: { library } }) => library?.path.toLowerCase());
    if (one !== undefined && one === other && choices.every(isLive)) {
      throw outOfRange('options.sides', 'two different sides: both are one library');
    }
    // The cases read files of this package when they are loaded: compare() is to do without them.
    const { run } = await import('./run.js');
    const report = await run({ sides, ...selection, ...rest });
    if (caseId !== undefined && report.total.cases === 0) throw noSuchCase(selection.area);
    return report;
  } finally {
    for (const side of opened) await side.close();
  }
}

function noSuchCase(area: AreaName): RangeError {
  return outOfRange('options.caseId', `the id of a case of ${area}`);
}

/** First, for they say what the others are asked. Each is in `opened` as soon as there is something to close. */
async function openRecordings(
  choices: readonly SideChoice[],
  opened: Side[],
): Promise<Map<SideChoice, ReplaySide>> {
  const recordings = new Map<SideChoice, ReplaySide>();
  for (const choice of choices) {
    if (isLive(choice)) continue;
    const side = await ReplaySide.open(choice.recording);
    opened.push(side);
    recordings.set(choice, side);
  }
  return recordings;
}

function isLive(choice: SideChoice): choice is LiveChoice {
  return typeof choice === 'string' || 'library' in choice;
}

/** The cases that were recorded. */
function recordedSelection([one, other]: readonly ReplaySide[]): Selection {
  const { area, header } = one as ReplaySide;
  const { seed, mutations, groups } = header;
  if (other !== undefined) {
    const differs =
      other.area !== area ||
      other.header.seed !== seed ||
      other.header.mutations !== mutations ||
      other.header.groups.join() !== groups.join();
    if (differs)
      throw recordingError(
        other.file,
        'is of other cases than the first: of another area, seed, number or groups',
      );
  }
  return { area, seed, mutations, groups };
}
