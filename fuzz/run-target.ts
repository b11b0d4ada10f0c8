import { Random } from '../src/conformance/random.js';
import { type Target, Violation } from './target.js';

/** When to stop: after a time in milliseconds, or after a number of inputs. */
export interface Budget {
  readonly milliseconds: number;
  readonly inputs: number;
}

/** The default of {@link Target.maxTime}. Processor time does not depend on what else the machine does. */
const MAX_TIME = 1000;
/** Of the process, in bytes. */
const MAX_MEMORY = 2 ** 30;
/** How many inputs lie between two looks at the memory. */
const MEMORY_INTERVAL = 1000;

/**
 * Gives a target inputs until the budget is spent, and prints how often each outcome came, the longest time and the
 * most memory.
 *
 * @throws Violation
 */
export async function runTarget(target: Target, seed: number, budget: Budget): Promise<void> {
  const outcomes = new Map<string, number>();
  const end = performance.now() + budget.milliseconds;
  let count = 0;
  let longest = { time: 0, index: 0 };
  let memory = 0;
  let used = millisecondsUsed();
  for (; performance.now() < end && count < budget.inputs; count++) {
    const before = used;
    const outcome = await runInput(target, seed, count);
    used = millisecondsUsed();
    const time = used - before;
    if (time > longest.time) longest = { time, index: count };
    checkTime(target, count, time);
    if (count % MEMORY_INTERVAL === 0) memory = Math.max(memory, checkMemory(target, count));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const counts = [...outcomes].sort(([, a], [, b]) => b - a);
  const text = counts.map(([outcome, times]) => `${outcome} ${times}`).join(', ');
  const most = `longest ${longest.time.toFixed(1)} ms (input ${longest.index})`;
  console.log(`${target.name}: ${count} inputs, ${most}, ${mebibytes(memory)} MiB: ${text}`);
}

async function runInput(target: Target, seed: number, index: number): Promise<string> {
  try {
    return await target.run(new Random(seed, index));
  } catch (error) {
    console.error(`${target.name}: input ${index} of the seed ${seed} failed`);
    throw error;
  }
}

function checkTime({ name, maxTime = MAX_TIME }: Target, index: number, time: number): void {
  if (time <= maxTime) return;
  throw new Violation(
    `${name}: input ${index} took ${time} ms, at most ${maxTime} are allowed`,
    [],
  );
}

/** @returns the memory of the process in bytes */
function checkMemory({ name }: Target, index: number): number {
  const { rss } = process.memoryUsage();
  if (rss <= MAX_MEMORY) return rss;
  throw new Violation(`${name}: after input ${index} the process has ${mebibytes(rss)} MiB`, []);
}

/** The processor time of the process. */
function millisecondsUsed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
