import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { isWrongArgument } from '../bytes/check.js';
import { GROUPS, type Group } from '../conformance/case.js';
import { runConformance } from '../conformance/open-run.js';
import type { ConformanceOptions } from '../conformance/options.js';
import { toHtml } from '../conformance/page/to-html.js';
import type { Report } from '../conformance/report.js';
import type { Progress } from '../conformance/run.js';
import type { SideChoice } from '../conformance/sides/open-side.js';
import { TokenBindingError } from '../errors.js';
import { type Command, EXIT, type ExitCode, parseOptions, UsageError } from './command.js';
import { conformanceLines } from './conformance-text.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

const help = `Usage: tokenbinding conformance [options] [<side> <side>]
       tokenbinding conformance diff [--json] [--html <file>] <recording> <recording>

Puts the same cases to two sides and shows where they part: published vectors,
generated messages, seeded mutations and probes. Keys are made for throw-away
targets below .invalid alone, and deleted; one that may be left is told of.

  <side>            windows        tokenbinding.dll of this Windows
                    library        the DLL of --library
                    replay         the recording of --replay
                    portable       the implementation in TypeScript
                    specification  what RFC 8471 says, where it says something
                    (default: library, replay or windows, and portable)
  --library <path>  another tokenbinding.dll, by its full path
  --replay <file>   outcomes that were recorded earlier, on any platform
  --record <file>   write the first side's outcomes there
  --seed <number>   what the mutations follow from (default 1)
  --cases <number>  how many mutations (default 2000)
  --groups <list>   ${GROUPS.join(',')}
                    (default: all of them)
  --html <file>     write the report there as a page to read and filter
  --json            the report as JSON

diff compares two recordings, such as those of two builds of Windows.

Exit code: 0 the sides agree, 1 they differ, 2 nothing to compare with, or not done.
`;

const OPTIONS = {
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

const WITHOUT_WINDOWS = `
There is nothing to compare with here. These need no Windows:
  tokenbinding conformance --replay <recording made on Windows>
  tokenbinding conformance portable specification`;

export const conformance: Command = {
  summary: 'compare Windows with the specification, or any two',
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const sides = readSides(values, positionals);
    refuseUnused(values, sides);
    const options = { ...readOptions(values), sides };
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
    if (error instanceof TokenBindingError && error.reason === 'not-windows') {
      const { code, message, reason } = error;
      const hint = `${message}\n${WITHOUT_WINDOWS}`;
      throw new TokenBindingError(code, hint, { reason, cause: error });
    }
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    line.end();
  }
}

/** What runConformance calls its options, as this command does. */
function inFlags(message: string): string {
  return message
    .replace('options.mutations', '--cases')
    .replace('options.sides', 'the sides')
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
  for (const name of ['library', 'replay', 'record'] as const) {
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

function readOptions({ seed, cases, groups, record }: Values): ConformanceOptions {
  return {
    seed: readNumber('--seed', seed),
    mutations: readNumber('--cases', cases),
    groups: groups?.split(',').map((name) => readGroup(name.trim())),
    record,
  };
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${name} is a whole number`);
  return Number(text);
}

function readGroup(name: string): Group {
  const group = GROUPS.find((one) => one === name);
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
