import { isDeepStrictEqual } from 'node:util';
import { KNOWN_DEVIATIONS, type KnownDeviation } from './known-deviations.js';
import type { Json, Outcome, Reason } from './outcome.js';
import type { Comparison } from './report/report.js';
import type { SideDescription } from './sides/description.js';
import { pathBelow } from './value-path.js';

/** A place where two outcomes part, and what each has there. */
export interface Difference {
  /** `verdict`, `results[1].identifier`, `observations["https://d/"]` */
  readonly path: string;
  /** Undefined where there is nothing. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

type Sides = readonly [SideDescription, SideDescription];

interface Explanation {
  readonly deviation: KnownDeviation;
  readonly side: 'left' | 'right';
}

/** Compares outcomes of two sides, between which deviations may be known. */
export class Comparer {
  readonly #sides: Sides;
  readonly known: readonly KnownDeviation[];

  constructor(sides: Sides, known: readonly KnownDeviation[] = KNOWN_DEVIATIONS) {
    this.#sides = sides;
    this.known = known;
  }

  compare(id: string, left: Outcome, right: Outcome): Comparison {
    const [first, ...others] = differencesBetween(this.#sides, left, right);
    if (first === undefined) {
      return otherReason(left, right) ? { kind: 'agree', otherReason: true } : { kind: 'agree' };
    }
    const { path } = first;
    const found = this.#explanation(id, first);
    if (found === undefined) return { kind: 'differ', path };
    const { deviation, side } = found;
    // One that is known excuses no other one beside it.
    const explained = others.every((one) => {
      const isMissing = path === 'verdict' && one[side] === undefined;
      return isMissing || this.#explanation(id, one) !== undefined;
    });
    if (!explained) return { kind: 'differ', path };
    return { kind: 'known-deviation', path, deviation: deviation.id };
  }

  /** The deviation that a difference is, and whose. */
  #explanation(id: string, difference: Difference): Explanation | undefined {
    for (const deviation of this.known) {
      if (deviation.path !== difference.path || !isCaseOf(deviation, id)) continue;
      for (const [index, side] of (['left', 'right'] as const).entries()) {
        const isSo = isDeepStrictEqual(difference[side], deviation.answer);
        if (isSo && isAffected(this.#sides[index as 0 | 1], deviation)) return { deviation, side };
      }
    }
    return undefined;
  }
}

/** Every place where the outcomes of two sides part. */
export function differencesBetween(
  sides: Sides,
  left: Outcome,
  right: Outcome,
): Iterable<Difference> {
  return differences(...comparedParts(sides, left, right));
}

/** What of the outcomes of two sides is compared. An expectation says what it says, and no more. */
export function comparedParts(
  [one, other]: Sides,
  left: Outcome,
  right: Outcome,
): readonly [Outcome, Outcome] {
  const isExpected = [one, other].map(({ name }) => name === 'specification');
  if (isExpected[0] === isExpected[1]) return [compared(left), compared(right)];
  const wanted = isExpected[0] ? left : right;
  return [compared(within(left, wanted) as Outcome), compared(within(right, wanted) as Outcome)];
}

/** Whether two outcomes part though they look alike: what failed agrees with nothing. */
export function haveFailed(left: Outcome, right: Outcome): boolean {
  return left.verdict === 'failed' && right.verdict === 'failed';
}

/** Whether an outcome is what is expected. */
export function meets(expected: Outcome, outcome: Outcome): boolean {
  const [first] = differences(within(outcome, expected) as Outcome, expected);
  return first === undefined;
}

/** Every place where two outcomes part; what they refuse for is left aside. */
export function* differences(left: Outcome, right: Outcome): Generator<Difference> {
  if (haveFailed(left, right)) {
    yield { path: 'verdict', left: left.verdict, right: right.verdict };
  }
  yield* below('', compared(left) as unknown as Json, compared(right) as unknown as Json);
}

/** Of reasons only what is misshapen in an answer is compared: it is the answer. */
function compared({ reason, ...outcome }: Outcome): Outcome {
  const fault = outcome.verdict === 'misshapen' && reason?.fault !== undefined;
  return { ...outcome, ...(fault && { reason: { fault: reason.fault } as Reason }) };
}

function* below(
  path: string,
  left: Json | undefined,
  right: Json | undefined,
): Generator<Difference> {
  if (left === right) return;
  if (!isContainer(left) || !isContainer(right) || Array.isArray(left) !== Array.isArray(right)) {
    yield { path, left, right };
    return;
  }
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) {
    yield* below(pathBelow(path, left, name), valueAt(left, name), valueAt(right, name));
  }
}

type Container = readonly Json[] | { readonly [name: string]: Json };

function isContainer(value: Json | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

function valueAt(container: Container, name: string): Json | undefined {
  return Object.hasOwn(container, name)
    ? (container as { readonly [name: string]: Json })[name]
    : undefined;
}

/** What of a value an expectation speaks of: properties that it has not are left out. */
function within(value: unknown, wanted: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(wanted)) {
    return value.map((item, index) => within(item, wanted[index]));
  }
  if (!isContainer(value as Json) || !isContainer(wanted as Json)) return value;
  const names = Object.keys(wanted as object).filter((name) =>
    Object.hasOwn(value as object, name),
  );
  const fields = value as Record<string, unknown>;
  const expected = wanted as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, within(fields[name], expected[name])]));
}

function otherReason({ reason: left }: Outcome, { reason: right }: Outcome): boolean {
  if (left === undefined || right === undefined) return false;
  if (left.os !== undefined && right.os !== undefined) return left.os.status !== right.os.status;
  return left.code !== right.code;
}

/** Of the characters that ids are made of, only a dot means something in a regular expression. */
function isCaseOf({ case: pattern }: KnownDeviation, id: string): boolean {
  const meanings: Readonly<Record<string, string>> = {
    '.': '\\.',
    '**': '.*',
    '*': '[^/]*',
    '{': '(?:',
    ',': '|',
    '}': ')',
  };
  const source = pattern.replace(/\*\*|[.*{,}]/g, (character) => meanings[character] as string);
  return new RegExp(`^${source}$`).test(id);
}

/** A deviation is one of the system's own DLL: what another DLL does is no word on it. */
function isAffected(
  { name, system, library }: SideDescription,
  deviation: KnownDeviation,
): boolean {
  if (name !== 'windows' || system === undefined) return false;
  if (!/\\system32\\(?:tokenbinding|secur32)\.dll$/i.test(library?.path ?? '')) return false;
  if (deviation.builds === undefined) return true;
  const { first, last = Number.POSITIVE_INFINITY } = deviation.builds;
  const build = Number(system.release.split('.')[2]);
  return !system.wine && build >= first && build <= last;
}
