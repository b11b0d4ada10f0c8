import { setImmediate } from 'node:timers/promises';
import type { Tally } from './report/report.js';

/** How far a run is. */
export interface Progress {
  /** Cases that have run. */
  readonly done: number;
  /** Cases of the whole run. */
  readonly total: number;
  /** Cases that differ so far. */
  readonly differ: number;
  /** Cases per second so far. */
  readonly rate: number;
}

/** Milliseconds after which a run lets signals, timers and other work have a turn. */
const YIELD_AFTER_MS = 50;

/** Reports the progress of a run, and yields to other work. */
export class ProgressReporter {
  readonly #total: number;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #start = performance.now();
  #lastYield = this.#start;

  constructor(total: number, onProgress: ((progress: Progress) => void) | undefined) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  /** Reports and yields if it is time to. */
  async tick(tally: Tally): Promise<void> {
    if (performance.now() - this.#lastYield < YIELD_AFTER_MS) return;
    this.report(tally);
    await setImmediate();
    this.#lastYield = performance.now();
  }

  report({ cases: done, differ }: Tally): void {
    const seconds = (performance.now() - this.#start) / 1000;
    this.#onProgress?.({ done, total: this.#total, differ, rate: done / seconds });
  }
}
