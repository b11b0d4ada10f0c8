import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { isWrongArgument } from '../bytes/check.js';
import { AREAS, type AreaName, GROUPS, type Group } from '../conformance/case.js';
import { runConformance } from '../conformance/open-run.js';
import type { ConformanceAccount, ConformanceOptions } from '../conformance/options.js';
import { toHtml } from '../conformance/page/to-html.js';
import type { Report } from '../conformance/report.js';
import type { Progress } from '../conformance/run.js';
import type { SideChoice } from '../conformance/sides/open-side.js';
import { SspiError, TokenBindingError } from '../errors.js';
import { type Command, EXIT, type ExitCode, parseOptions, UsageError } from './command.js';
import { conformanceLines } from './conformance-text.js';
import { readFirstLine } from './input.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

/** Of the environment; an argument would be seen by every user of the machine. */
const PASSWORD = 'TOKENBINDING_PASSWORD';

const help = `Usage: tokenbinding conformance [options] [<side> <side>]
       tokenbinding conformance diff [--json] [--html <file>] <recording> <recording>

Puts the same cases to two sides and shows where they part. Of Token Binding:
published vectors, generated messages, seeded mutations and probes. Keys are
made for throw-away targets below .invalid alone, and deleted; one that may be
left is told of. Of SSPI: handshakes, messages and what is forged of either, in
which the side is the client, the server, or both, and else the portable one.

  --area <area>     token-binding or sspi (default token-binding); a recording
                    brings its own
  <side>            windows        tokenbinding.dll, or SSPI, of this Windows
                    library        the DLL of --library
                    replay         the recording of --replay
                    portable       the implementation in TypeScript
                    specification  what RFC 8471 or MS-NLMP says, where it does
                    (default: library, replay or windows, and portable)
  --user <account>  of SSPI: DOMAIN\\user, whom Windows as the server knows; the
                    password is ${PASSWORD} of the environment, or the
                    first line of standard input. Some hundred cases are failed
                    logons of it: take an account that is made for this.
                    Without it Windows is no server of another's client.
  --library <path>  another tokenbinding.dll, by its full path
  --replay <file>   outcomes that were recorded earlier, on any platform
  --record <file>   write the first side's outcomes there
  --seed <number>   what the mutations follow from (default 1)
  --cases <number>  how many mutations (default 2000, of SSPI 200)
  --groups <list>   ${AREAS.map((area) => GROUPS[area].join(',')).join('\n                    or ')}
                    (default: all of them)
  --html <file>     write the report there as a page to read and filter
  --json            the report as JSON

diff compares two recordings, such as those of two builds of Windows.

Exit code: 0 the sides agree, 1 they differ, 2 nothing to compare with, or not done.
`;

const OPTIONS = {
  area: { type: 'string' },
  user: { type: 'string' },
  library: { type: 'string' },
  replay: { type: 'string' },
  record: { type: 'string' },
  seed: { type: 'string' },
  cases: { type: 'string' },
  groups: { type: 'string' },
  html: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

const withoutWindows = (area: AreaName = 'token-binding') => `
There is nothing to compare with here. These need no Windows:
  tokenbinding conformance --replay <recording made on Windows>
  tokenbinding conformance ${area === 'sspi' ? '--area sspi ' : ''}portable specification`;

export const conformance: Command = {
  summary: 'compare Windows with the specification, or any two',
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const sides = readSides(values, positionals);
    refuseUnused(values, sides);
    const options = { ...readOptions(values), account: await readAccount(values), sides };
    const page = values.html === undefined ? undefined : new PageFile(values.html);
    try {
      const report = await compareWithProgress(options);
      page?.write(toHtml(report));
      if (values.json) printJson(report);
      else print(conformanceLines(report));
      return exitCode(report);
    } finally {
      page?.discard();
    }
  },
};

/** Without a case that could be compared, agreement would be an empty word. */
function exitCode({ total }: Report): ExitCode {
  if (total.differ > 0) return EXIT.refused;
  if (total.agree + total.knownDeviation > 0) return EXIT.ok;
  note('no case could be compared');
  return EXIT.failed;
}

async function compareWithProgress(options: ConformanceOptions): Promise<Report> {
  const line = new ProgressLine();
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  const onProgress = (progress: Progress) => line.show(progress);
  try {
    return await runConformance({ ...options, signal: interruption.signal, onProgress });
  } catch (error) {
    if (isWrongArgument(error)) throw new UsageError(inFlags(error.message));
    throw withHint(error, options.area);
  } finally {
    process.off('SIGINT', interrupt);
    line.end();
  }
}

function withHint(error: unknown, area: AreaName | undefined): unknown {
  const isOurs = error instanceof TokenBindingError || error instanceof SspiError;
  if (!isOurs || error.reason !== 'not-windows') return error;
  error.message += `\n${withoutWindows(area)}`;
  return error;
}

/** What runConformance calls its options, as this command does. */
function inFlags(message: string): string {
  return message
    .replace('options.mutations', '--cases')
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

function readOptions({ area, seed, cases, groups, record }: Values): ConformanceOptions {
  return {
    area: area === undefined ? undefined : readArea(area),
    seed: readNumber('--seed', seed),
    mutations: readNumber('--cases', cases),
    groups: groups?.split(',').map((name) => readGroup(area, name.trim())),
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
  return { user, password: process.env[PASSWORD] ?? (await readFirstLine()) };
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

/** Made before the run, so that a long one is not lost for a path that cannot be written. */
class PageFile {
  readonly #path: string;
  readonly #partial: string;

  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.partial`;
    try {
      writeFileSync(this.#partial, '');
    } catch (error) {
      throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
    }
  }

  write(text: string): void {
    writeFileSync(this.#partial, text);
    renameSync(this.#partial, this.#path);
  }

  discard(): void {
    rmSync(this.#partial, { force: true });
  }
}
