import { wrongValue } from '../bytes/check.js';
import type { Selection } from './cases/selection.js';
import { type ConformanceOptions, checkOptions } from './options.js';
import { recordingError } from './recording.js';
import type { Report } from './report.js';
import { openSide, type SideChoice } from './sides/open-side.js';
import { ReplaySide } from './sides/replay.js';
import type { Side } from './sides/side.js';

/**
 * Puts every case to both sides and reports where they part. Probes make and delete keys for targets of
 * their own below .invalid and name no other; where one may be left, a note of the report says so.
 *
 * @throws TypeError, RangeError for a wrong option
 * @throws TokenBindingError ERR_TB_UNAVAILABLE, ERR_TB_OS for a Windows side that is not there or does
 * not load; ERR_TB_RECORDING for a recording that cannot be read or written, or two of other cases
 */
export async function runConformance(options: ConformanceOptions = {}): Promise<Report> {
  const { sides: choices, selection, ...rest } = checkOptions(options);
  const opened: Side[] = [];
  try {
    for (const choice of choices) opened.push(await openSide(choice));
    const sides = opened as [Side, Side];
    const [one, other] = sides.map(({ description: { library } }) => library?.path.toLowerCase());
    if (one !== undefined && one === other && choices.every(isLive)) {
      throw wrongValue('options.sides', 'two different sides: both are one library');
    }
    // The cases read files of this package when they are loaded: compare() is to do without them.
    const { run } = await import('./run.js');
    return await run({ sides, ...(selection ?? recordedSelection(sides)), ...rest });
  } finally {
    for (const side of opened) await side.close();
  }
}

function isLive(choice: SideChoice): boolean {
  return typeof choice === 'string' || 'library' in choice;
}

/** The cases that were recorded. */
function recordedSelection(sides: readonly Side[]): Selection {
  const [one, other] = sides.filter((side) => side instanceof ReplaySide);
  const { seed, mutations, groups } = (one as ReplaySide).header;
  if (other !== undefined) {
    const differs =
      other.header.seed !== seed ||
      other.header.mutations !== mutations ||
      other.header.groups.join() !== groups.join();
    if (differs)
      throw recordingError(
        other.file,
        'is of other cases than the first: of another seed, number or groups',
      );
  }
  return { seed, mutations, groups };
}
