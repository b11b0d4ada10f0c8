import { isDeepStrictEqual } from 'node:util';
import { KNOWN_DEVIATIONS, type KnownDeviation } from './known-deviations.js';
import type { Json, Outcome } from './outcome.js';
import type { Comparison, SideDescription } from './report.js';

/** Where two outcomes part first, and what each has there. */
export interface Difference {
  readonly path: string;
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

/** Two sides whose outcomes are compared, with the deviations that may be known between them. */
export class Comparer {
  readonly #sides: readonly [SideDescription, SideDescription];
  readonly #known: readonly KnownDeviation[];

  constructor(
    sides: readonly [SideDescription, SideDescription],
    known: readonly KnownDeviation[] = KNOWN_DEVIATIONS,
  ) {
    this.#sides = sides;
    this.#known = known;
  }

  compare(id: string, left: Outcome, right: Outcome): Comparison {
    const difference = this.#difference(left, right);
    if (difference === undefined) {
      return otherReason(left, right) ? { kind: 'agree', otherReason: true } : { kind: 'agree' };
    }
    const { path } = difference;
    const deviation = this.#known.find((known) => this.#explains(known, id, difference));
    if (deviation === undefined) return { kind: 'differ', path };
    return { kind: 'known-deviation', path, deviation: deviation.id };
  }

  #difference(left: Outcome, right: Outcome): Difference | undefined {
    const [one, other] = this.#sides;
    if (one.name !== 'specification' && other.name !== 'specification') {
      return firstDifference(left, right);
    }
    // An expectation says what it says, and no more.
    const wanted = one.name === 'specification' ? left : right;
    return firstDifference(within(left, wanted) as Outcome, within(right, wanted) as Outcome);
  }

  #explains(known: KnownDeviation, id: string, { path, left, right }: Difference): boolean {
    if (known.case !== id || known.path !== path) return false;
    const found = [left, right];
    return this.#sides.some((side, index) => {
      return isDeepStrictEqual(found[index], known.answer) && isAffected(side, known);
    });
  }
}

/** The first place where two outcomes differ, their reasons left aside. */
export function firstDifference(left: Outcome, right: Outcome): Difference | undefined {
  const { reason: _, ...one } = left;
  const { reason: __, ...other } = right;
  return difference(one as unknown as Json, other as unknown as Json, '');
}

function difference(
  left: Json | undefined,
  right: Json | undefined,
  path: string,
): Difference | undefined {
  if (left === right) return undefined;
  if (!isContainer(left) || !isContainer(right) || Array.isArray(left) !== Array.isArray(right)) {
    return { path, left, right };
  }
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) {
    const below = Array.isArray(left) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const found = difference(valueAt(left, name), valueAt(right, name), below);
    if (found !== undefined) return found;
  }
  return undefined;
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

/** A deviation is one of Windows: what Wine does is no word on it. */
function isAffected({ name, system }: SideDescription, { builds }: KnownDeviation): boolean {
  if (name !== 'windows' || system === undefined || system.wine) return false;
  const build = Number(system.release.split('.')[2]);
  return build >= builds.first && build <= (builds.last ?? Number.POSITIVE_INFINITY);
}
