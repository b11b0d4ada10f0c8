/** Work to be timed: runs itself `times` times over. */
export type Batch = (times: number) => void | Promise<void>;

export interface Comparison {
  readonly ours: Batch;
  readonly baseline: Batch;
  /** Makes what so many calls of each use up. Its time is not counted. */
  readonly supply?: { readonly ours: Batch; readonly baseline: Batch };
  /** Called after the measurement: what it counted on the way. */
  readonly figures?: () => readonly Figure[];
  /** Called at last: stops servers and processes. */
  readonly end?: () => void | Promise<void>;
}

/** A figure beside the ratio of a row, with its goal. */
export interface Figure {
  readonly text: string;
  readonly reached: boolean;
}

/** A row of the bench. */
export interface Row {
  readonly name: string;
  /** The least or the greatest acceptable ratio. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** `speed`: the baseline's time divided by ours. `share`: our time divided by the baseline's. */
  readonly ratio: 'speed' | 'share';
  /** The calls of a round, and how many rounds, after a warm-up in `prepare`. Absent: calls for 40 ms, the rounds of the bench. */
  readonly size?: { readonly calls: number; readonly rounds: number };
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
  readonly figures: readonly Figure[];
}

/** The number of rounds: by default, and for results to publish. */
export const ROUNDS = { default: 21, full: 31 } as const;

const BATCH_MS = 40;
/** A message is verified just after it was received. More of them at a time than this would not be in the cache. */
const MAX_SUPPLIED = 4000;
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
  const { name, goal, ratio, size } = row;
  const { supply } = comparison;
  const ours = { run: comparison.ours, supply: supply?.ours };
  const baseline = { run: comparison.baseline, supply: supply?.baseline };
  const times = {
    ours: size?.calls ?? (await calibrate(ours)),
    baseline: size?.calls ?? (await calibrate(baseline)),
  };
  // Collects the garbage of the setup. V8 also discards compiled code then, so the warm-up comes after it.
  globalThis.gc?.();
  for (let round = 0; round < (size === undefined ? WARM_UP : 0); round++) {
    await timePerCall(ours, times.ours);
    await timePerCall(baseline, times.baseline);
  }
  const rounds: { ours: number; baseline: number }[] = [];
  for (let round = 0; round < (size?.rounds ?? count); round++) {
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
    figures: comparison.figures?.() ?? [],
  };
}

interface Side {
  readonly run: Batch;
  readonly supply: Batch | undefined;
}

/**
 * The time includes the collection of this batch's own garbage and no other. Freeing the jobs of node:crypto
 * is slow, and both sides make equally many. Without the explicit collection V8 would free the jobs of both
 * during the side that allocates more.
 */
async function timePerCall({ run, supply }: Side, times: number): Promise<number> {
  await supply?.(times);
  // Twice: what is supplied moves to the old generation then. Otherwise the collection below would copy it.
  collectYoung();
  collectYoung();
  const start = process.hrtime.bigint();
  await run(times);
  collectYoung();
  return Number(process.hrtime.bigint() - start) / times / 1000;
}

function collectYoung(): void {
  globalThis.gc?.({ type: 'minor' });
}

/** Finds how many calls fill a batch, on warm code. */
async function calibrate(side: Side): Promise<number> {
  const most = side.supply === undefined ? Number.POSITIVE_INFINITY : MAX_SUPPLIED;
  let times = 1;
  for (;;) {
    const milliseconds = ((await timePerCall(side, times)) * times) / 1000;
    if (milliseconds >= BATCH_MS || times === most) return times;
    const wanted = times * Math.min(8, (1.2 * BATCH_MS) / Math.max(milliseconds, 0.01));
    times = Math.min(most, Math.ceil(wanted));
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
