import { isDeepStrictEqual } from 'node:util';
import { checkOneOf, checkOptions, invalidArgType, outOfRange } from '../bytes/check.js';
import { AREAS, type AreaName, DEFAULT_AREA, findArea, GROUPS, type Group } from './areas.js';
import type { KnownDeviation } from './known-deviations.js';
import type { Progress } from './progress.js';
import { MAX_MUTATIONS, MAX_SEED, type Selection } from './selection.js';
import type { ConformanceAccount, ConformanceService, SideChoice } from './sides/choice.js';

/** Options of {@link runConformance}. A recording determines the cases of its comparison. */
export interface ConformanceOptions {
  /** The protocol to compare, `token-binding` by default. Absent if a side is a recording. */
  readonly area?: AreaName | undefined;
  /** The two sides, `windows` and `portable` by default. The area `sspi` has no libraries. */
  readonly sides?: readonly [SideChoice, SideChoice] | undefined;
  /** The seed of the mutations, 0 to 4294967295, 1 by default. Absent if a side is a recording. */
  readonly seed?: number | undefined;
  /**
   * The number of mutations, 0 to 1000000, by default 2000 and for `sspi` 300. Absent if a side is a recording.
   */
  readonly mutations?: number | undefined;
  /** The groups of cases to run, by default all of the area. Absent if a side is a recording. */
  readonly groups?: readonly Group[] | undefined;
  /**
   * The id of the only case to run, such as `vectors/tb-00/ecdsap256`. The id contains the group, and of a
   * mutation the seed and the number: `groups`, `seed`, `mutations` and `record` must be absent.
   */
  readonly caseId?: string | undefined;
  /** The path of a file to record the first side's answers in, for a later comparison on any platform. */
  readonly record?: string | undefined;
  /**
   * For `sspi` with a Windows side: the account with which the portable client logs on to Windows as the
   * server. Without it these cases are not comparable. Several hundred cases are failed logons: use a dedicated
   * test account without a lockout.
   */
  readonly account?: ConformanceAccount | undefined;
  /**
   * For `sspi` with a Windows side: a service in its domain, for the cases of Kerberos. Without it these cases are
   * not comparable. The process must run as the account of the service to be its server.
   */
  readonly kerberos?: ConformanceService | undefined;
  /** Deviations that do not count as differences, {@link KNOWN_DEVIATIONS} by default. */
  readonly knownDeviations?: readonly KnownDeviation[] | undefined;
  /** Aborts the run between two cases, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the progress, at most about twenty times a second, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Valid {@link ConformanceOptions}, with the defaults. */
export interface CheckedOptions
  extends Pick<
    ConformanceOptions,
    'account' | 'kerberos' | 'caseId' | 'record' | 'knownDeviations' | 'signal' | 'onProgress'
  > {
  readonly sides: readonly [SideChoice, SideChoice];
  /** Undefined if a recording determines the cases. */
  readonly selection: Selection | undefined;
}

const OPTIONS = [
  'area',
  'sides',
  'seed',
  'mutations',
  'groups',
  'caseId',
  'record',
  'account',
  'kerberos',
  'knownDeviations',
  'signal',
  'onProgress',
] as const satisfies readonly (keyof ConformanceOptions)[];

/** @throws TypeError or RangeError for an invalid option */
export function checkConformanceOptions(value: unknown): CheckedOptions {
  const options = checkOptions('options', value, OPTIONS) as ConformanceOptions;
  const { record, knownDeviations, signal, onProgress, caseId } = options;
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
  const sides = checkSides(options.sides ?? ['windows', 'portable']);
  if (record !== undefined && isRecording(sides[0])) {
    throw outOfRange('options.record', 'absent: the first side is a recording already');
  }
  const { area, seed, mutations, groups } = options;
  const selection = checkSelection({ area, seed, mutations, groups }, sides.some(isRecording));
  const account = options.account === undefined ? undefined : checkAccount(options.account, sides);
  const kerberos =
    options.kerberos === undefined ? undefined : checkService(options.kerberos, sides);
  const rest = { caseId, record, knownDeviations, signal, onProgress };
  return { sides, selection, account, kerberos, ...rest };
}

function checkCaseId(options: ConformanceOptions): void {
  if (typeof options.caseId !== 'string') throw invalidArgType('options.caseId', 'a string');
  for (const name of ['seed', 'mutations', 'groups', 'record'] as const) {
    if (options[name] !== undefined) {
      throw outOfRange(`options.${name}`, 'absent if options.caseId is given');
    }
  }
}

/** Checks the options that an area may lack. With a recording the area is known only once that is read. */
export function checkArea(name: AreaName, { sides, account, kerberos }: CheckedOptions): void {
  const { hasLibraries, hasAccounts } = findArea(name);
  const namesLibrary = sides.some((side) => typeof side === 'object' && 'library' in side);
  if (!hasLibraries && namesLibrary) {
    throw outOfRange('options.sides', `sides without a library: ${name} has only the system's`);
  }
  if (!hasAccounts && account !== undefined) {
    throw outOfRange('options.account', `absent: ${name} has no accounts`);
  }
  if (!hasAccounts && kerberos !== undefined) {
    throw outOfRange('options.kerberos', `absent: ${name} has no Kerberos`);
  }
}

/** The errors do not contain the values. */
function checkAccount(value: unknown, sides: readonly SideChoice[]): ConformanceAccount {
  const { user, password } = checkOptions('options.account', value, ['user', 'password']);
  if (typeof user !== 'string' || !/^[^\\]+\\[^\\]+$/.test(user)) {
    throw outOfRange('options.account.user', 'a domain, a backslash and a name');
  }
  if (typeof password !== 'string') throw invalidArgType('options.account.password', 'a string');
  if (!sides.includes('windows')) {
    throw outOfRange('options.account', 'absent: no side is windows');
  }
  return { user, password };
}

function checkService(value: unknown, sides: readonly SideChoice[]): ConformanceService {
  const { target, keytab } = checkOptions('options.kerberos', value, ['target', 'keytab']);
  if (typeof target !== 'string' || !/^[^/@]+\/[^@]+$/.test(target)) {
    throw outOfRange('options.kerberos.target', 'a service, a slash and a host, without a realm');
  }
  if (typeof keytab !== 'string' || keytab === '') {
    throw invalidArgType('options.kerberos.keytab', 'the path of a file');
  }
  if (!sides.includes('windows')) {
    throw outOfRange('options.kerberos', 'absent: no side is windows');
  }
  return { target, keytab };
}

function checkSides(value: unknown): readonly [SideChoice, SideChoice] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw invalidArgType('options.sides', 'an array of two sides');
  }
  const sides = value.map((side, index) => checkSide(`options.sides[${index}]`, side));
  if (isDeepStrictEqual(sides[0], sides[1])) {
    throw outOfRange('options.sides', 'two different sides');
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
      throw outOfRange(`options.${name}`, 'absent: the recording determines it');
    }
  }
  if (isRecorded) return undefined;
  const area = checkOneOf('options.area', given.area ?? DEFAULT_AREA, AREAS);
  const { seed = 1, mutations = findArea(area).mutations, groups = GROUPS[area] } = given;
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
