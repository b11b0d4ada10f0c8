/** Work to be timed: runs itself `times` times over. */
export type Batch = (times: number) => void | Promise<void>;

export interface Comparison {
  readonly ours: Batch;
  readonly baseline: Batch;
}

/** A row of the bench. */
export interface Row {
  readonly name: string;
  /** The figure to reach, or to stay below. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** `speed`: how fast ours is beside the baseline. `share`: how long ours takes of the baseline's time. */
  readonly ratio: 'speed' | 'share';
  /** Just before it is measured: what one row needs would slow down the others. */
  readonly prepare: () => Comparison | Promise<Comparison>;
}

export interface Outcome {
  readonly name: string;
  readonly ratio: number;
  readonly goal: string;
  readonly reached: boolean;
  /** Microseconds a call, medians. */
  readonly ours: number;
  readonly baseline: number;
  readonly rounds: readonly number[];
}

/** How many rounds are measured: by default, and for figures that are to be kept. */
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
 * Times both sides in turn, so that a machine that slows down slows both, and takes the median of the
 * ratios of the rounds.
 */
export async function compare(row: Row, count: number): Promise<Outcome> {
  const { name, goal, ratio } = row;
  const { ours, baseline } = await row.prepare();
  const times = { ours: await calibrate(ours), baseline: await calibrate(baseline) };
  for (let round = 0; round < WARM_UP; round++) {
    await ours(times.ours);
    await baseline(times.baseline);
  }
  // What was made to set up this comparison is not collected at its cost.
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
 * The time includes the collection of the garbage that the batch left, and of no other. What costs is to
 * free the jobs of node:crypto, of which both sides make as many: left to itself, V8 frees those of both
 * while that side runs which allocates more.
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

/** How many calls fill a batch, found on warm code. */
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
