/** Work to be timed: runs itself `times` times over. */
export type Batch = (times: number) => void | Promise<void>;

export interface Comparison {
  readonly ours: Batch;
  readonly baseline: Batch;
  /** Called after the measurement: stops servers and processes. */
  readonly end?: () => void | Promise<void>;
}

/** A row of the bench. */
export interface Row {
  readonly name: string;
  /** The least or the greatest acceptable ratio. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** `speed`: the baseline's time divided by ours. `share`: our time divided by the baseline's. */
  readonly ratio: 'speed' | 'share';
  /** Called just before the row is measured, because its data would slow down the other rows. */
  readonly prepare: () => Comparison | Promise<Comparison>;
}

export interface Outcome {
  readonly name: string;
  readonly ratio: number;
  readonly goal: string;
  readonly reached: boolean;
  /** The median, in microseconds per call. */
  readonly ours: number;
  readonly baseline: number;
  readonly rounds: readonly number[];
}

/** The number of rounds: by default, and for results to publish. */
export const ROUNDS = { default: 21, full: 31 } as const;

const BATCH_MS = 40;
const WARM_UP = 5;

/** Repeats a synchronous call. */
export function repeat(call: () => unknown): Batch {
  return (times) => {
    for (let count = 0; count < times; count++) call();
  };
}

/**
 * Times both sides in turn, so that a slower machine slows down both. The result is the median ratio of all
 * rounds.
 */
export async function compare(row: Row, count: number): Promise<Outcome> {
  const comparison = await row.prepare();
  try {
    return await measure(row, comparison, count);
  } finally {
    await comparison.end?.();
  }
}

async function measure(row: Row, comparison: Comparison, count: number): Promise<Outcome> {
  const { name, goal, ratio } = row;
  const { ours, baseline } = comparison;
  const times = { ours: await calibrate(ours), baseline: await calibrate(baseline) };
  for (let round = 0; round < WARM_UP; round++) {
    await ours(times.ours);
    await baseline(times.baseline);
  }
  // Collects the garbage of the setup before the measurement.
  globalThis.gc?.();
  const rounds: { ours: number; baseline: number }[] = [];
  for (let round = 0; round < count; round++) {
    rounds.push({
      ours: await timePerCall(ours, times.ours),
      baseline: await timePerCall(baseline, times.baseline),
    });
  }
  const ratios = rounds.map((round) =>
    ratio === 'speed' ? round.baseline / round.ours : round.ours / round.baseline,
  );
  const value = median(ratios);
  const reached = 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
  return {
    name,
    ratio: value,
    goal: 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`,
    reached,
    ours: median(rounds.map((round) => round.ours)),
    baseline: median(rounds.map((round) => round.baseline)),
    rounds: ratios,
  };
}

/**
 * The time includes the collection of this batch's own garbage and no other. Freeing the jobs of node:crypto
 * is slow, and both sides make equally many. Without the explicit collection V8 would free the jobs of both
 * during the side that allocates more.
 */
async function timePerCall(batch: Batch, times: number): Promise<number> {
  collectYoung();
  const start = process.hrtime.bigint();
  await batch(times);
  collectYoung();
  return Number(process.hrtime.bigint() - start) / times / 1000;
}

function collectYoung(): void {
  globalThis.gc?.({ type: 'minor' });
}

/** Finds how many calls fill a batch, on warm code. */
async function calibrate(batch: Batch): Promise<number> {
  let times = 1;
  for (;;) {
    const milliseconds = ((await timePerCall(batch, times)) * times) / 1000;
    if (milliseconds >= BATCH_MS) return times;
    times = Math.ceil(times * Math.min(8, (1.2 * BATCH_MS) / Math.max(milliseconds, 0.01)));
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
