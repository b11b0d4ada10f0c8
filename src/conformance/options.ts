import { isDeepStrictEqual } from 'node:util';
import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { AREAS, type AreaName, GROUPS, type Group } from './case.js';
import { MAX_MUTATIONS, MAX_SEED, type Selection } from './cases/selection.js';
import type { KnownDeviation } from './known-deviations.js';
import type { Progress } from './run.js';
import type { SideChoice } from './sides/open-side.js';

/** An account of the Windows that is compared. It may come to be locked: see {@link ConformanceOptions}. */
export interface ConformanceAccount {
  /** `DOMAIN\\user` */
  readonly user: string;
  readonly password: string;
}

export interface ConformanceOptions {
  /** What is compared: `token-binding` by default. A recording brings its own. */
  readonly area?: AreaName | undefined;
  /** The two that are compared; `windows` and `portable` by default. `sspi` has no libraries. */
  readonly sides?: readonly [SideChoice, SideChoice] | undefined;
  /** What the mutations follow from: 0 to 4294967295, 1 by default. A recording brings its own. */
  readonly seed?: number | undefined;
  /** How many mutations: 0 to 1000000; by default 2000, of `sspi` 200. A recording brings its own. */
  readonly mutations?: number | undefined;
  /** Which groups of cases: all by default. A recording brings its own. */
  readonly groups?: readonly Group[] | undefined;
  /**
   * The id of the only case to run, such as `vectors/tb-00/ecdsap256`. Its group, seed and number are in it:
   * `groups`, `seed` and `mutations` must be absent, and so must `record`.
   */
  readonly caseId?: string | undefined;
  /** A file to write the first side's outcomes to, so that others are compared with them elsewhere. */
  readonly record?: string | undefined;
  /**
   * Of `sspi`: whom Windows as the server is to know. Without it that is only asked what its own user can ask
   * it. Some hundred cases are logons that fail: take an account made for this, without a lockout.
   */
  readonly account?: ConformanceAccount | undefined;
  /** The deviations that are no differences; the documented ones, and those of Wine, by default. */
  readonly knownDeviations?: readonly KnownDeviation[] | undefined;
  /** Ends the run between two cases, with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
  /** Told how far the run is, some twenty times a second at most, and at its end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** {@link ConformanceOptions} that have been checked. */
export interface CheckedOptions
  extends Pick<
    ConformanceOptions,
    'account' | 'caseId' | 'record' | 'knownDeviations' | 'signal' | 'onProgress'
  > {
  readonly sides: readonly [SideChoice, SideChoice];
  /** Undefined where a recording brings its own. */
  readonly selection: Selection | undefined;
}

/** A mutation of SSPI is a handshake, on Windows with every subsystem that it takes. */
const MUTATIONS: Readonly<Record<AreaName, number>> = { 'token-binding': 2000, sspi: 200 };

const OPTIONS = [
  'area',
  'sides',
  'seed',
  'mutations',
  'groups',
  'caseId',
  'record',
  'account',
  'knownDeviations',
  'signal',
  'onProgress',
] as const satisfies readonly (keyof ConformanceOptions)[];

/** @throws TypeError, RangeError for a wrong option */
export function checkConformanceOptions(value: unknown): CheckedOptions {
  const options = checkOptions('options', value, OPTIONS) as ConformanceOptions;
  const { sides, record, knownDeviations, signal, onProgress } = options;
  const { area, seed, mutations, groups, caseId } = options;
  if (caseId !== undefined) checkCaseId(options);
  if (record !== undefined && (typeof record !== 'string' || record === '')) {
    throw invalidArgType('options.record', 'the path of a file');
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalidArgType('options.onProgress', 'a function');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidArgType('options.signal', 'an AbortSignal');
  }
  if (knownDeviations !== undefined && !Array.isArray(knownDeviations)) {
    throw invalidArgType('options.knownDeviations', 'an array');
  }
  const chosen = checkSides(sides ?? ['windows', 'portable']);
  if (record !== undefined && isRecording(chosen[0])) {
    throw outOfRange('options.record', 'absent: the first side is a recording already');
  }
  const selection = checkSelection({ area, seed, mutations, groups }, chosen.some(isRecording));
  const account = options.account === undefined ? undefined : checkAccount(options.account, chosen);
  return { sides: chosen, selection, account, caseId, record, knownDeviations, signal, onProgress };
}

function checkCaseId(options: ConformanceOptions): void {
  if (typeof options.caseId !== 'string') throw invalidArgType('options.caseId', 'a string');
  for (const name of ['seed', 'mutations', 'groups', 'record'] as const) {
    if (options[name] !== undefined) {
      throw outOfRange(`options.${name}`, 'absent where options.caseId names the only case');
    }
  }
}

/** What only one area has: which that is, a recording may say. */
export function checkArea(area: AreaName, { sides, account }: CheckedOptions): void {
  const hasLibrary = sides.some((side) => typeof side === 'object' && 'library' in side);
  if (area === 'sspi' && hasLibrary) {
    throw outOfRange('options.sides', "sides without a library: SSPI has the system's alone");
  }
  if (area !== 'sspi' && account !== undefined) {
    throw outOfRange('options.account', 'absent: only SSPI has accounts');
  }
}

/** The values stay out of errors. */
function checkAccount(value: unknown, sides: readonly SideChoice[]): ConformanceAccount {
  const { user, password } = checkOptions('options.account', value, ['user', 'password']);
  if (typeof user !== 'string' || !/^[^\\]+\\[^\\]+$/.test(user)) {
    throw outOfRange('options.account.user', 'a domain, a backslash and a name');
  }
  if (typeof password !== 'string') throw invalidArgType('options.account.password', 'a string');
  if (!sides.includes('windows')) {
    throw outOfRange('options.account', 'absent where no side is windows');
  }
  return { user, password };
}

function checkSides(value: unknown): readonly [SideChoice, SideChoice] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw invalidArgType('options.sides', 'an array of two sides');
  }
  const sides = value.map((side, index) => checkSide(`options.sides[${index}]`, side));
  if (isDeepStrictEqual(sides[0], sides[1])) {
    throw outOfRange('options.sides', 'two different sides: one agrees with itself');
  }
  return sides as [SideChoice, SideChoice];
}

function checkSide(name: string, value: unknown): SideChoice {
  const wanted = "'windows', 'portable', 'specification', { library } or { recording }";
  if (typeof value === 'string') {
    if (value === 'windows' || value === 'portable' || value === 'specification') return value;
    throw outOfRange(name, wanted);
  }
  const { library, recording } = checkOptions(name, value, ['library', 'recording']);
  if (typeof library === 'string' && recording === undefined) return { library };
  if (typeof recording === 'string' && library === undefined) return { recording };
  throw invalidArgType(name, wanted);
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
      throw outOfRange(`options.${name}`, 'absent: the recording brings its own');
    }
  }
  if (isRecorded) return undefined;
  const area = checkOneOf('options.area', given.area ?? 'token-binding', AREAS);
  const { seed = 1, mutations = MUTATIONS[area], groups = GROUPS[area] } = given;
  return {
    area,
    seed: checkCount('options.seed', seed, MAX_SEED),
    mutations: checkCount('options.mutations', mutations, MAX_MUTATIONS),
    groups: checkGroups('options.groups', groups, GROUPS[area]),
  };
}

function checkCount(name: string, value: unknown, most: number): number {
  if (typeof value !== 'number') throw invalidArgType(name, 'a number');
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  throw outOfRange(name, `a whole number from 0 to ${most}`);
}

function checkGroups(name: string, value: unknown, known: readonly Group[]): readonly Group[] {
  if (!Array.isArray(value)) throw invalidArgType(name, 'an array');
  const groups = known.filter((group) => value.includes(group));
  if (groups.length > 0 && value.every((group) => known.includes(group))) return groups;
  throw outOfRange(name, `one or more of ${known.join(', ')}`);
}
