import { isWrongArgument } from '../bytes/check.js';
import type { AreaName } from '../conformance/areas.js';
import type { ConformanceOptions } from '../conformance/options.js';
import { toHtml } from '../conformance/page/to-html.js';
import { PartialFile } from '../conformance/partial-file.js';
import type { Progress } from '../conformance/progress.js';
import type { Report } from '../conformance/report/report.js';
import { runConformance } from '../conformance/run-conformance.js';
import { SspiError, TokenBindingError } from '../errors.js';
import { EXIT, type ExitCode, UsageError } from './command.js';
import { commandLine } from './command-line.js';
import { readArguments, toUsageError } from './conformance-arguments.js';
import { conformanceLines } from './conformance-text.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

const withoutWindows = (area: AreaName = 'token-binding') => `
This system is not Windows. These commands do not need Windows:
  tokenbinding conformance --replay <recording made on Windows>
  tokenbinding conformance ${area === 'sspi' ? '--area sspi ' : ''}portable specification${
    area === 'sspi' ? '' : '\n  tokenbinding conformance stand-in portable'
  }`;

export async function run(args: string[]): Promise<ExitCode> {
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
}

/** A run that compared no case shows no agreement. */
function exitCode({ total }: Report): ExitCode {
  if (total.differ > 0) return EXIT.negative;
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
    if (isWrongArgument(error)) throw toUsageError(error, options);
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

/** Opens the file before the run, so that an unwritable path fails at once. */
function openPage(path: string): PartialFile {
  try {
    return new PartialFile(path);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
