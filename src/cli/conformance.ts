import { isWrongArgument } from '../bytes/check.js';
import { AREAS, type AreaName, GROUPS } from '../conformance/areas.js';
import type { ConformanceOptions } from '../conformance/options.js';
import { toHtml } from '../conformance/page/to-html.js';
import { PartialFile } from '../conformance/partial-file.js';
import type { Progress } from '../conformance/progress.js';
import type { Report } from '../conformance/report/report.js';
import { runConformance } from '../conformance/run-conformance.js';
import { SspiError, TokenBindingError } from '../errors.js';
import { type Command, EXIT, type ExitCode, UsageError } from './command.js';
import { commandLine } from './command-line.js';
import { inFlags, PASSWORD, readArguments } from './conformance-arguments.js';
import { conformanceLines } from './conformance-text.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

const help = `Usage: tokenbinding conformance [options] [<side> <side>]
       tokenbinding conformance diff [--json] [--html <file>] <recording> <recording>
       tokenbinding conformance cases [options] [--json]

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
  --case <id>       run this case alone, and show all there is to it
  --html <file>     write the report there as a page to read and filter
  --json            the report as JSON

diff compares two recordings, such as those of two builds of Windows.
cases lists the cases of --area, --seed, --cases, --groups or --case, and runs none:
with --json one object a line, with the inputs, for running another implementation.
docs/recordings.md describes both formats.

Exit code: 0 the sides agree, 1 they differ, 2 nothing to compare with, or not done.
`;

const withoutWindows = (area: AreaName = 'token-binding') => `
There is nothing to compare with here. These need no Windows:
  tokenbinding conformance --replay <recording made on Windows>
  tokenbinding conformance ${area === 'sspi' ? '--area sspi ' : ''}portable specification`;

export const conformance: Command = {
  help,
  async run(args) {
    if (args[0] === 'cases')
      return (await import('./conformance-cases.js')).writeCases(args.slice(1));
    const { options, html, json } = await readArguments(args);
    const page = html === undefined ? undefined : openPage(html);
    try {
      const compared = await compareWithProgress(options);
      const report = { ...compared, command: commandLine('conformance', args) };
      page?.write(toHtml(report));
      page?.finish();
      if (json) printJson(report);
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

/** Before the run, so that a long one is not lost for a path that cannot be written. */
function openPage(path: string): PartialFile {
  try {
    return new PartialFile(path);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
