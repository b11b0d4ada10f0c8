import { setImmediate } from 'node:timers/promises';
import { allCases, countCases } from './cases/all.js';
import type { Selection } from './cases/selection.js';
import { Comparer } from './compare-outcomes.js';
import type { KnownDeviation } from './known-deviations.js';
import { packageVersion } from './package-version.js';
import { Recorder } from './recorder.js';
import { RECORDING_FORMAT, RECORDING_VERSION } from './recording.js';
import type { Report } from './report.js';
import { ReportBuilder } from './report-builder.js';
import { recordedAlone } from './sides/recorded-alone.js';
import type { Side } from './sides/side.js';

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Cases that differ so far. */
  readonly differ: number;
  /** Cases a second, over the whole run so far. */
  readonly rate: number;
}

export interface Run extends Selection {
  readonly sides: readonly [Side, Side];
  /** The file that the first side's outcomes are written to. */
  readonly record?: string | undefined;
  /** Ends the run between two cases. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly knownDeviations?: readonly KnownDeviation[] | undefined;
}

/** Milliseconds without a look at the rest of the world, signals and timers among it. */
const PATIENCE = 50;

/** Puts every case to both sides and reports what came of it, in memory that does not grow with the cases. */
export async function run({
  sides,
  record,
  signal,
  onProgress,
  knownDeviations,
  ...selection
}: Run): Promise<Report> {
  const [left, right] = sides;
  const made = new Date().toISOString();
  const descriptions = [left.description, right.description] as const;
  const comparer = new Comparer(descriptions, knownDeviations);
  const builder = new ReportBuilder(comparer, selection.area, selection.caseId !== undefined);
  const recorder = record === undefined ? undefined : newRecorder(record, made, left, selection);
  const clock = new Clock(countCases(selection), onProgress);
  try {
    for (const test of allCases(selection)) {
      const answers = [await left.answer(test), await right.answer(test)] as const;
      recorder?.add(test, answers[0]);
      builder.add(test, answers);
      await clock.tick(builder);
      signal?.throwIfAborted();
    }
    if (selection.caseId === undefined) for (const side of sides) await side.finish();
    recorder?.finish();
  } catch (error) {
    recorder?.discard();
    throw error;
  }
  if (selection.caseId === undefined) {
    for (const { test, answers } of recordedAlone(left, right)) builder.add(test, answers);
  }
  clock.finish(builder);
  const { area, seed, mutations } = selection;
  return builder.finish({
    made,
    package: packageVersion(),
    ...(area !== 'token-binding' && { area }),
    sides: descriptions,
    seed,
    mutations,
    notes: [...left.notes(), ...right.notes()],
  });
}

function newRecorder(
  file: string,
  made: string,
  { description: side }: Side,
  { area, seed, mutations, groups }: Selection,
): Recorder {
  const format = { format: RECORDING_FORMAT, version: RECORDING_VERSION } as const;
  const what = { ...(area !== 'token-binding' && { area }), seed, mutations, groups };
  return new Recorder(file, { ...format, made, package: packageVersion(), side, ...what });
}

/** Lets others have a turn now and then, and tells how far a run is. */
class Clock {
  readonly #total: number;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #start = performance.now();
  #last = this.#start;

  constructor(total: number, onProgress: ((progress: Progress) => void) | undefined) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  async tick(builder: ReportBuilder): Promise<void> {
    if (performance.now() - this.#last < PATIENCE) return;
    this.#tell(builder);
    await setImmediate();
    this.#last = performance.now();
  }

  finish(builder: ReportBuilder): void {
    this.#tell(builder);
  }

  #tell({ total: { cases: done, differ } }: ReportBuilder): void {
    const seconds = (performance.now() - this.#start) / 1000;
    this.#onProgress?.({ done, total: this.#total, differ, rate: done / seconds });
  }
}
