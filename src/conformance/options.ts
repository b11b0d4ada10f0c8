import { isDeepStrictEqual } from 'node:util';
import { checkObject, wrongKind, wrongValue } from '../bytes/check.js';
import { GROUPS, type Group } from './case.js';
import { MAX_MUTATIONS, MAX_SEED, type Selection } from './cases/selection.js';
import type { KnownDeviation } from './known-deviations.js';
import type { Progress } from './run.js';
import type { SideChoice } from './sides/open-side.js';

export interface ConformanceOptions {
  /** The two that are compared; `windows` and `portable` by default. */
  readonly sides?: readonly [SideChoice, SideChoice] | undefined;
  /** What the mutations follow from: 0 to 4294967295, 1 by default. A recording brings its own. */
  readonly seed?: number | undefined;
  /** How many mutations: 0 to 1000000000, 2000 by default. A recording brings its own. */
  readonly mutations?: number | undefined;
  /** Which groups of cases: all by default. A recording brings its own. */
  readonly groups?: readonly Group[] | undefined;
  /** A file to write the first side's outcomes to, so that others are compared with them elsewhere. */
  readonly record?: string | undefined;
  /** The deviations that are no differences; the documented ones by default. */
  readonly knownDeviations?: readonly KnownDeviation[] | undefined;
  /** Ends the run between two cases, with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
  /** Told how far the run is, some twenty times a second at most, and at its end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** {@link ConformanceOptions} that have been checked. */
export interface CheckedOptions
  extends Pick<ConformanceOptions, 'record' | 'knownDeviations' | 'signal' | 'onProgress'> {
  readonly sides: readonly [SideChoice, SideChoice];
  /** Undefined where a recording brings its own. */
  readonly selection: Selection | undefined;
}

const DEFAULTS: Selection = { seed: 1, mutations: 2000, groups: GROUPS };

/** @throws TypeError, RangeError for a wrong option */
export function checkOptions(value: unknown): CheckedOptions {
  const { sides, seed, mutations, groups, record, knownDeviations, signal, onProgress } =
    checkObject('options', value) as ConformanceOptions;
  if (record !== undefined && (typeof record !== 'string' || record === '')) {
    throw wrongKind('options.record', 'the path of a file');
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw wrongKind('options.onProgress', 'a function');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongKind('options.signal', 'an AbortSignal');
  }
  if (knownDeviations !== undefined && !Array.isArray(knownDeviations)) {
    throw wrongKind('options.knownDeviations', 'an array');
  }
  const chosen = checkSides(sides ?? ['windows', 'portable']);
  const selection = checkSelection({ seed, mutations, groups }, chosen.some(isRecording));
  return { sides: chosen, selection, record, knownDeviations, signal, onProgress };
}

function checkSides(value: unknown): readonly [SideChoice, SideChoice] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw wrongKind('options.sides', 'an array of two sides');
  }
  const sides = value.map((side, index) => checkSide(`options.sides[${index}]`, side));
  if (isDeepStrictEqual(sides[0], sides[1])) {
    throw wrongValue('options.sides', 'two different sides: one agrees with itself');
  }
  return sides as [SideChoice, SideChoice];
}

function checkSide(name: string, value: unknown): SideChoice {
  const wanted = "'windows', 'portable', 'specification', { library } or { recording }";
  if (typeof value === 'string') {
    if (value === 'windows' || value === 'portable' || value === 'specification') return value;
    throw wrongValue(name, wanted);
  }
  const { library, recording } = checkObject(name, value);
  if (typeof library === 'string' && recording === undefined) return { library };
  if (typeof recording === 'string' && library === undefined) return { recording };
  throw wrongKind(name, wanted);
}

function isRecording(side: SideChoice): boolean {
  return typeof side === 'object' && 'recording' in side;
}

function checkSelection(
  given: Partial<{ [Name in keyof Selection]: unknown }>,
  isRecorded: boolean,
): Selection | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (isRecorded && value !== undefined) {
      throw wrongValue(`options.${name}`, 'absent: the recording brings its own');
    }
  }
  if (isRecorded) return undefined;
  return {
    seed: checkCount('options.seed', given.seed ?? DEFAULTS.seed, MAX_SEED),
    mutations: checkCount(
      'options.mutations',
      given.mutations ?? DEFAULTS.mutations,
      MAX_MUTATIONS,
    ),
    groups: checkGroups('options.groups', given.groups ?? DEFAULTS.groups),
  };
}

function checkCount(name: string, value: unknown, most: number): number {
  if (typeof value !== 'number') throw wrongKind(name, 'a number');
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  throw wrongValue(name, `a whole number from 0 to ${most}`);
}

function checkGroups(name: string, value: unknown): readonly Group[] {
  if (!Array.isArray(value)) throw wrongKind(name, 'an array');
  const groups = GROUPS.filter((group) => value.includes(group));
  if (groups.length > 0 && value.every((group) => GROUPS.includes(group))) return groups;
  throw wrongValue(name, `one or more of ${GROUPS.join(', ')}`);
}
