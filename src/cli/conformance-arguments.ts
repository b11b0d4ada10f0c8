import { hasOwn } from '../bytes/has-own.js';
import { readVariable } from '../bytes/read-variable.js';
import { AREAS, DEFAULT_AREA, GROUPS } from '../conformance/areas.js';
import type { ConformanceOptions } from '../conformance/options.js';
import type {
  ConformanceAccount,
  ConformanceService,
  SideChoice,
} from '../conformance/sides/choice.js';
import { findStandInRecording } from '../conformance/token-binding/stand-in-recording.js';
import { noArgument, parseOptions, readOneOf, UsageError } from './command.js';
import { readFirstLine } from './input.js';
import { PASSWORD_VARIABLE } from './variables.js';

const SIDES = ['windows', 'library', 'replay', 'stand-in', 'portable', 'specification'] as const;

const OPTIONS = {
  area: { type: 'string' },
  user: { type: 'string' },
  'kerberos-target': { type: 'string' },
  'kerberos-keytab': { type: 'string' },
  library: { type: 'string' },
  replay: { type: 'string' },
  record: { type: 'string' },
  seed: { type: 'string' },
  cases: { type: 'string' },
  groups: { type: 'string' },
  case: { type: 'string' },
  html: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What Windows' SSPI can be given. */
const OF_WINDOWS = ['user', 'kerberos-target', 'kerberos-keytab'] as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

interface Arguments {
  readonly options: ConformanceOptions;
  /** The file that the page is written to. */
  readonly html: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError for a wrong value, and for an option that would have no effect */
export async function readArguments(args: string[]): Promise<Arguments> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const sides = readSides(values, positionals);
  refuseUnused(values, sides);
  const kerberos = readService(values);
  const account = await readAccount(values);
  const options = { ...readOptions(values), account, kerberos, sides };
  return { options, html: values.html, json: values.json === true };
}

/** The same error for a wrong option of {@link ConformanceOptions}, with the names that this command has. */
export function toUsageError({ message }: Error, options: ConformanceOptions): UsageError {
  if (message.startsWith('options.caseId ')) return noCase(options);
  const named = message
    .replaceAll('options.mutations', '--cases')
    .replaceAll('options.caseId', '--case')
    .replace('options.libraryPath', '--library')
    .replace('options.sides', 'the sides')
    .replace('options.account.user', '--user')
    .replace('options.account', '--user')
    .replace('options.kerberos.target', '--kerberos-target')
    .replace('options.kerberos.keytab', '--kerberos-keytab')
    .replace('options.kerberos', '--kerberos-target')
    .replace('options.', '--');
  return new UsageError(named);
}

/** The error for options that select no case. */
export function noCase({ caseId, area }: ConformanceOptions): UsageError {
  if (caseId === undefined) return new UsageError('the options select no case');
  const list = `tokenbinding conformance cases${area === 'sspi' ? ' --area sspi' : ''}`;
  return new UsageError(`unknown case '${caseId}'; '${list}' lists the cases`);
}

function readSides(
  values: Values,
  [first, ...others]: string[],
): readonly [SideChoice, SideChoice] {
  if (first === 'diff') return readRecordings(values, others);
  const [second, ...more] = others;
  if (more.length > 0) throw new UsageError(`expected two sides or none, not ${2 + more.length}`);
  if (first !== undefined && second === undefined) {
    readOneOf('side', first, SIDES);
    throw oneSide(values, first);
  }
  if (first !== undefined && second !== undefined) {
    return [readSide(values, first), readSide(values, second)];
  }
  if (values.library !== undefined && values.replay !== undefined) {
    return [readSide(values, 'library'), readSide(values, 'replay')];
  }
  const named = ['library', 'replay'].find((name) => values[name as 'library'] !== undefined);
  return [readSide(values, named ?? 'windows'), 'portable'];
}

function oneSide({ library, replay }: Values, side: string): UsageError {
  const problem = 'expected two sides or none, not 1';
  if (replay !== undefined)
    return new UsageError(`${problem}; write: --replay <file> replay ${side}`);
  if (library === undefined) return new UsageError(problem);
  return new UsageError(`${problem}; write: --library <file> library ${side}`);
}

function readRecordings(
  values: Values,
  [one, other, ...more]: string[],
): readonly [SideChoice, SideChoice] {
  for (const name of ['area', ...OF_WINDOWS, 'library', 'replay', 'record'] as const) {
    if (values[name] !== undefined) throw new UsageError(`'diff' takes no --${name}`);
  }
  if (one === undefined || other === undefined || more.length > 0) {
    throw new UsageError("'diff' needs two recordings");
  }
  return [{ recording: one }, { recording: other }];
}

/** An option without effect is a mistake, which must not go unnoticed. */
function refuseUnused(values: Values, sides: readonly SideChoice[]): void {
  const isUsed = (name: string) =>
    sides.some((side) => typeof side === 'object' && Object.hasOwn(side, name));
  if (values.library !== undefined && !isUsed('library')) {
    throw new UsageError("--library needs the side 'library'");
  }
  const isReplayed = (side: SideChoice) =>
    typeof side === 'object' && hasOwn(side, 'recording') && side.recording === values.replay;
  if (values.replay !== undefined && !sides.some(isReplayed)) {
    throw new UsageError("--replay needs the side 'replay'");
  }
  const mayHaveAccounts = values.area === 'sspi' || isUsed('recording');
  for (const name of OF_WINDOWS) {
    if (values[name] !== undefined && !(mayHaveAccounts && sides.includes('windows'))) {
      throw new UsageError(`--${name} needs --area sspi and the side 'windows'`);
    }
  }
  if (values.html !== undefined && values.html === values.record) {
    throw new UsageError('--html and --record must be different files');
  }
}

function readSide({ library, replay }: Values, text: string): SideChoice {
  const name = readOneOf('side', text, SIDES);
  if (name === 'library') {
    if (library === undefined) throw new UsageError("the side 'library' needs --library");
    return { library };
  }
  if (name === 'replay') {
    if (replay === undefined) throw new UsageError("the side 'replay' needs --replay");
    return { recording: replay };
  }
  return name === 'stand-in' ? { recording: findStandInRecording() } : name;
}

/** The arguments of `conformance cases`. */
const CASES_OPTIONS = {
  area: { type: 'string' },
  seed: { type: 'string' },
  cases: { type: 'string' },
  groups: { type: 'string' },
  case: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export function readCasesArguments(args: string[]): {
  readonly options: ConformanceOptions;
  readonly json: boolean;
} {
  const { values, positionals } = parseOptions(args, CASES_OPTIONS);
  noArgument(positionals);
  return { options: readOptions(values), json: values.json === true };
}

function readOptions(values: Omit<Values, 'json'>): ConformanceOptions {
  const { seed, cases, groups, case: caseId, record } = values;
  const area = values.area === undefined ? undefined : readOneOf('area', values.area, AREAS);
  return {
    area,
    seed: readNumber('--seed', seed),
    mutations: readNumber('--cases', cases),
    groups: groups
      ?.split(',')
      .map((name) => readOneOf('group', name.trim(), GROUPS[area ?? DEFAULT_AREA])),
    caseId,
    record,
  };
}

async function readAccount({ user }: Values): Promise<ConformanceAccount | undefined> {
  if (user === undefined) return undefined;
  const password = readVariable(PASSWORD_VARIABLE);
  if (password !== undefined) return { user, password };
  // A terminal would show the password.
  if (process.stdin.isTTY) {
    throw new UsageError(`set ${PASSWORD_VARIABLE} to the password of --user, or pipe it in`);
  }
  return { user, password: await readFirstLine() };
}

function readService(values: Values): ConformanceService | undefined {
  const { 'kerberos-target': target, 'kerberos-keytab': keytab } = values;
  if (target === undefined && keytab === undefined) return undefined;
  if (target !== undefined && keytab !== undefined) return { target, keytab };
  throw new UsageError('--kerberos-target and --kerberos-keytab need each other');
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${name} must be a whole number`);
  return Number(text);
}
