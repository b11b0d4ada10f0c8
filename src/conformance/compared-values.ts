import { differencesBetween, pathBelow, valueAt } from './compare-outcomes.js';
import type { Json, Outcome } from './outcome.js';
import type { SideDescription } from './sides/description.js';

/** A value without parts. */
export type Leaf = string | number | boolean | null;

/** A value of two outcomes, side by side. */
export interface ComparedValue {
  /** `verdict`, `results[1].identifier`, `observations["https://d/"]` */
  readonly path: string;
  /** Undefined if this outcome has no value there. */
  readonly left: Leaf | undefined;
  readonly right: Leaf | undefined;
  /** `ignored`: the values are not equal, and the comparison does not require it. */
  readonly relation: 'equal' | 'different' | 'ignored';
}

/** More levels than any outcome has. */
const MAX_DEPTH = 8;

/** The parts of an outcome in the order in which they are shown. */
const PARTS = [
  'verdict',
  'results',
  'bytes',
  'keyType',
  'identifier',
  'observations',
  'reason',
] as const;

/** Every value of two outcomes. The different ones are exactly those that {@link differencesBetween} finds. */
export function comparedValues(
  sides: readonly [SideDescription, SideDescription],
  left: Outcome | null,
  right: Outcome | null,
): ComparedValue[] {
  const differences = left && right ? [...differencesBetween(sides, left, right)] : [];
  const different = differences.map(({ path }) => path);
  return PARTS.flatMap((part) => {
    const pair = [left?.[part], right?.[part]] as Pair;
    return [...valuesBelow(part, pair, { different: new Set(different), levels: MAX_DEPTH })];
  });
}

type Pair = readonly [left: Json | undefined, right: Json | undefined];

interface Place {
  /** The paths of the differences. */
  readonly different: ReadonlySet<string>;
  /** Whether a value that this is a part of is different. */
  readonly isInside?: boolean;
  /** How many levels below are still shown. */
  readonly levels: number;
}

function* valuesBelow(path: string, pair: Pair, place: Place): Generator<ComparedValue> {
  const [left, right] = pair;
  const { different, levels } = place;
  const isInside = place.isInside === true || different.has(path);
  const names = new Set(pair.flatMap(partNames));
  if (levels === 0 || names.size === 0) {
    if (left === undefined && right === undefined) return;
    // A value without parts can only differ at its own path.
    const isDifferent = isInside || (names.size > 0 && hasDifferenceBelow(path, different));
    yield comparedValue(path, pair, isDifferent);
  } else if (left !== undefined && right !== undefined && shapeOf(left) !== shapeOf(right)) {
    yield* valuesBelow(path, [left, undefined], place);
    yield* valuesBelow(path, [undefined, right], place);
  } else {
    const container = (left ?? right) as object;
    for (const name of names) {
      const parts: Pair = [valueAt(left, name), valueAt(right, name)];
      const below = { different, isInside, levels: levels - 1 };
      yield* valuesBelow(pathBelow(path, container, name), parts, below);
    }
  }
}

function comparedValue(path: string, [left, right]: Pair, isDifferent: boolean): ComparedValue {
  const values = { path, left: leafOf(left), right: leafOf(right) };
  const otherwise = values.left === values.right ? 'equal' : 'ignored';
  return { ...values, relation: isDifferent ? 'different' : otherwise };
}

function hasDifferenceBelow(path: string, different: ReadonlySet<string>): boolean {
  return [...different].some((one) => one.startsWith(`${path}.`) || one.startsWith(`${path}[`));
}

function leafOf(value: Json | undefined): Leaf | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return value;
  if (partNames(value).length > 0) return '…';
  return Array.isArray(value) ? '[]' : '{}';
}

function partNames(value: Json | undefined): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function shapeOf(value: Json): 'list' | 'object' | 'leaf' {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'object' : 'leaf';
}
