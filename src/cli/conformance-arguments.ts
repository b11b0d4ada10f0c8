import { AREAS, type AreaName, GROUPS, type Group } from '../conformance/areas.js';
import type { ConformanceOptions } from '../conformance/options.js';
import type { ConformanceAccount, SideChoice } from '../conformance/sides/choice.js';
import { noArgument, parseOptions, UsageError } from './command.js';
import { readFirstLine } from './input.js';

/** Of the environment; an argument would be seen by every user of the machine. */
export const PASSWORD = 'TOKENBINDING_PASSWORD';

const OPTIONS = {
  area: { type: 'string' },
  user: { type: 'string' },
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

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

interface Arguments {
  readonly options: ConformanceOptions;
  /** The file that the page is written to. */
  readonly html: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError for what cannot be carried out, and for an option that has no say */
export async function readArguments(args: string[]): Promise<Arguments> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const sides = readSides(values, positionals);
  refuseUnused(values, sides);
  const options = { ...readOptions(values), account: await readAccount(values), sides };
  return { options, html: values.html, json: values.json === true };
}

/** What runConformance calls its options, as this command does. */
export function inFlags(message: string): string {
  return message
    .replaceAll('options.mutations', '--cases')
    .replaceAll('options.caseId', '--case')
    .replace('options.libraryPath', '--library')
    .replace('options.sides', 'the sides')
    .replace('options.account.user', '--user')
    .replace('options.account', '--user')
    .replace('options.', '--');
}

function readSides(
  values: Values,
  [first, ...others]: string[],
): readonly [SideChoice, SideChoice] {
  if (first === 'diff') return recordings(values, others);
  const [second, ...more] = others;
  if (more.length > 0) throw new UsageError('two sides at a time');
  if (first !== undefined && second === undefined) {
    throw new UsageError(`${first} is compared with what? Two sides, or none`);
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

function recordings(
  values: Values,
  [one, other, ...more]: string[],
): readonly [SideChoice, SideChoice] {
  for (const name of ['area', 'user', 'library', 'replay', 'record'] as const) {
    if (values[name] !== undefined) throw new UsageError(`diff takes no --${name}`);
  }
  if (one === undefined || other === undefined || more.length > 0) {
    throw new UsageError('diff takes two recordings');
  }
  return [{ recording: one }, { recording: other }];
}

/** An option that has no say would be a mistake unnoticed. */
function refuseUnused(values: Values, sides: readonly SideChoice[]): void {
  const isUsed = (name: string) =>
    sides.some((side) => typeof side === 'object' && Object.hasOwn(side, name));
  if (values.library !== undefined && !isUsed('library')) {
    throw new UsageError('no side is library: --library has no say');
  }
  if (values.replay !== undefined && !isUsed('recording')) {
    throw new UsageError('no side is replay: --replay has no say');
  }
  const mayHaveAccounts = values.area === 'sspi' || isUsed('recording');
  if (values.user !== undefined && !(mayHaveAccounts && sides.includes('windows'))) {
    throw new UsageError('without --area sspi and the side windows --user has no say');
  }
  if (values.html !== undefined && values.html === values.record) {
    throw new UsageError('--html and --record are one file');
  }
}

function readSide({ library, replay }: Values, name: string): SideChoice {
  switch (name) {
    case 'windows':
    case 'portable':
    case 'specification':
      return name;
    case 'library':
      if (library === undefined) throw new UsageError('the side library needs --library');
      return { library };
    case 'replay':
      if (replay === undefined) throw new UsageError('the side replay needs --replay');
      return { recording: replay };
    default:
      throw new UsageError(`there is no side ${name}`);
  }
}

/** Of `conformance cases`. */
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
  const { area, seed, cases, groups, case: caseId, record } = values;
  return {
    area: area === undefined ? undefined : readArea(area),
    seed: readNumber('--seed', seed),
    mutations: readNumber('--cases', cases),
    groups: groups?.split(',').map((name) => readGroup(area, name.trim())),
    caseId,
    record,
  };
}

function readArea(name: string): AreaName {
  const area = AREAS.find((one) => one === name);
  if (area === undefined) throw new UsageError(`there is no area ${name}`);
  return area;
}

async function readAccount({ user }: Values): Promise<ConformanceAccount | undefined> {
  if (user === undefined) return undefined;
  const password = process.env[PASSWORD];
  if (password !== undefined) return { user, password };
  // A terminal would show it.
  if (process.stdin.isTTY) throw new UsageError(`the password of --user is to be in ${PASSWORD}`);
  return { user, password: await readFirstLine() };
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${name} is a whole number`);
  return Number(text);
}

function readGroup(area: string | undefined, name: string): Group {
  const groups = GROUPS[area === 'sspi' ? area : 'token-binding'];
  const group = groups.find((one) => one === name);
  if (group === undefined) throw new UsageError(`there is no group ${name}`);
  return group;
}
