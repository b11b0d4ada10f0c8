import { DEFAULT_AREA } from './areas.js';
import { loadCases } from './cases.js';
import { Comparer } from './compare-outcomes.js';
import type { KnownDeviation } from './known-deviations.js';
import { packageVersion } from './package-version.js';
import { type Progress, ProgressReporter } from './progress.js';
import { RECORDING_FORMAT, RECORDING_VERSION } from './recording/format.js';
import { Recorder } from './recording/recorder.js';
import type { Report } from './report/report.js';
import { ReportBuilder } from './report/report-builder.js';
import type { Selection } from './selection.js';
import type { Side } from './sides/side.js';

export interface Run extends Selection {
  readonly sides: readonly [Side, Side];
  /** The file that the first side's answers are written to. */
  readonly record?: string | undefined;
  /** Ends the run between two cases. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly knownDeviations?: readonly KnownDeviation[] | undefined;
}

/** Puts every case to both sides and reports the comparison. Its memory does not grow with the cases. */
export async function run(options: Run): Promise<Report> {
  const { sides, record, signal, onProgress, knownDeviations, ...selection } = options;
  const [left, right] = sides;
  const heading = { made: new Date().toISOString(), package: packageVersion() };
  const descriptions = [left.description, right.description] as const;
  const isComplete = selection.caseId === undefined;
  const comparer = new Comparer(descriptions, knownDeviations);
  const builder = new ReportBuilder(comparer, selection.area, !isComplete);
  const cases = await loadCases(selection);
  const recorder =
    record === undefined ? undefined : openRecorder(record, heading, left, selection);
  const progress = new ProgressReporter(cases.count, onProgress);
  try {
    for (const test of cases) {
      const answers = [await left.answer(test), await right.answer(test)] as const;
      recorder?.add(test, answers[0]);
      builder.add(test, answers);
      await progress.tick(builder.total);
      signal?.throwIfAborted();
    }
    recorder?.finish();
  } catch (error) {
    recorder?.discard();
    throw error;
  }
  progress.report(builder.total);
  return builder.finish({
    ...heading,
    ...areaUnlessDefault(selection),
    sides: descriptions,
    seed: selection.seed,
    mutations: selection.mutations,
    notes: [...left.notes(isComplete), ...right.notes(isComplete)],
  });
}

function openRecorder(
  file: string,
  heading: Pick<Report, 'made' | 'package'>,
  { description: side }: Side,
  selection: Selection,
): Recorder {
  const { seed, mutations, groups } = selection;
  const format = { format: RECORDING_FORMAT, version: RECORDING_VERSION } as const;
  const header = { ...format, ...heading, side };
  return new Recorder(file, {
    ...header,
    ...areaUnlessDefault(selection),
    seed,
    mutations,
    groups,
  });
}

function areaUnlessDefault({ area }: Selection): Pick<Report, 'area'> {
  return area === DEFAULT_AREA ? {} : { area };
}
