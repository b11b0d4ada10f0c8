import { isDeepStrictEqual } from 'node:util';
import { KNOWN_DEVIATIONS, type KnownDeviation } from './known-deviations.js';
import type { Json, Outcome } from './outcome.js';
import type { Comparison } from './report/report.js';
import type { SideDescription } from './sides/description.js';

/** A value that differs between two outcomes. */
export interface Difference {
  /** `verdict`, `results[1].identifier`, `observations["https://d/"]` */
  readonly path: string;
  /** Undefined if this outcome has no value there. */
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

type Sides = readonly [SideDescription, SideDescription];

interface Explanation {
  readonly deviation: KnownDeviation;
  readonly side: 'left' | 'right';
}

/** Compares the outcomes of two sides and recognises known deviations. */
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
    // A known deviation excuses no other difference.
    const isExplained = others.every((difference) => {
      const isMissing = path === 'verdict' && difference[side] === undefined;
      return isMissing || this.#explanation(id, difference) !== undefined;
    });
    if (!isExplained) return { kind: 'differ', path };
    return { kind: 'known-deviation', path, deviation: deviation.id };
  }

  /** The known deviation that explains a difference, and the side that deviates. */
  #explanation(id: string, difference: Difference): Explanation | undefined {
    for (const deviation of this.known) {
      if (deviation.path !== difference.path || !isCaseOf(deviation, id)) continue;
      for (const [index, side] of (['left', 'right'] as const).entries()) {
        const hasAnswer = isDeepStrictEqual(difference[side], deviation.answer);
        if (hasAnswer && isAffected(this.#sides[index as 0 | 1], deviation)) {
          return { deviation, side };
        }
      }
    }
    return undefined;
  }
}

/** Every difference between the outcomes of two sides. An expectation is compared only in what it states. */
export function differencesBetween(
  [one, other]: Sides,
  left: Outcome,
  right: Outcome,
): Iterable<Difference> {
  const [isOne, isOther] = [one, other].map(({ name }) => name === 'specification');
  if (isOne === isOther) return differences(left, right);
  const expected = isOne ? left : right;
  return differences(statedIn(expected, left), statedIn(expected, right));
}

/** Whether an outcome is what is expected. */
export function meets(expected: Outcome, outcome: Outcome): boolean {
  const [first] = differences(statedIn(expected, outcome), expected);
  return first === undefined;
}

/** Every difference between two outcomes. Reasons may differ; only the fault of an invalid result may not. */
export function* differences(left: Outcome, right: Outcome): Generator<Difference> {
  // A failure proves nothing, so two of them are no agreement.
  if (left.verdict === 'failed' && right.verdict === 'failed') {
    yield { path: 'verdict', left: left.verdict, right: right.verdict };
  }
  yield* below('', withoutReason(left), withoutReason(right));
  const [fault, otherFault] = [comparedFault(left), comparedFault(right)];
  if (fault !== otherFault) yield { path: 'reason.fault', left: fault, right: otherFault };
}

function withoutReason({ reason: _, ...outcome }: Outcome): Json {
  return outcome as unknown as Json;
}

/** An invalid result consists of its fault alone, so this is compared. */
function comparedFault({ verdict, reason }: Outcome): string | undefined {
  return verdict === 'invalid' ? reason?.fault : undefined;
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

/** The path of an item or a property: `results[1].identifier`, `observations["https://d/"]`. */
export function pathBelow(path: string, container: object, name: string): string {
  if (Array.isArray(container)) return `${path}[${name}]`;
  if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

type Container = readonly Json[] | { readonly [name: string]: Json };

function isContainer(value: Json | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

/** An item, or a property of the object's own. */
export function valueAt(value: Json | undefined, name: string): Json | undefined {
  return isContainer(value) && Object.hasOwn(value, name)
    ? (value as { readonly [name: string]: Json })[name]
    : undefined;
}

/** An outcome without the properties that an expectation does not state. */
function statedIn(expected: Outcome, outcome: Outcome): Outcome {
  return onlyStated(expected as unknown as Json, outcome as unknown as Json) as unknown as Outcome;
}

function onlyStated(expected: Json | undefined, value: Json): Json {
  if (!isContainer(expected) || !isContainer(value)) return value;
  if (Array.isArray(expected) !== Array.isArray(value)) return value;
  if (Array.isArray(value))
    return value.map((item, at) => onlyStated(valueAt(expected, `${at}`), item));
  const names = Object.keys(expected).filter((name) => Object.hasOwn(value, name));
  const part = (name: string) => onlyStated(valueAt(expected, name), valueAt(value, name) as Json);
  return Object.fromEntries(names.map((name) => [name, part(name)]));
}

function otherReason({ reason: left }: Outcome, { reason: right }: Outcome): boolean {
  if (left === undefined || right === undefined) return false;
  if (left.os !== undefined && right.os !== undefined) return left.os.status !== right.os.status;
  return left.code !== right.code;
}

/** Case ids have one special character of regular expressions: the dot. */
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

/** Known deviations are those of the system's own DLL, never of another one. */
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
