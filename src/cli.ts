#!/usr/bin/env node
import { EXIT, type ExitCode, type Run, readOneOf, UsageError } from './cli/command.js';
import { note, printable } from './cli/output.js';

interface Command {
  readonly loadHelp: () => Promise<{ readonly help: string }>;
  readonly load: () => Promise<{ readonly run: Run }>;
}

const inspect: Command = {
  loadHelp: () => import('./cli/help/inspect.js'),
  load: () => import('./cli/inspect.js'),
};

/** Commands by their names of one or two words. Only the requested command, or its help, is loaded. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  [
    'status',
    { loadHelp: () => import('./cli/help/status.js'), load: () => import('./cli/status.js') },
  ],
  ['inspect', inspect],
  [
    'verify',
    { loadHelp: () => import('./cli/help/verify.js'), load: () => import('./cli/verify.js') },
  ],
  [
    'generate',
    { loadHelp: () => import('./cli/help/generate.js'), load: () => import('./cli/generate.js') },
  ],
  [
    'conformance',
    {
      loadHelp: () => import('./cli/help/conformance.js'),
      load: () => import('./cli/conformance.js'),
    },
  ],
  [
    'conformance cases',
    {
      loadHelp: () => import('./cli/help/conformance-cases.js'),
      load: () => import('./cli/conformance-cases.js'),
    },
  ],
  ['ntlm inspect', inspect],
]);

async function main(args: string[]): Promise<ExitCode> {
  const [first, ...rest] = args;
  let program = 'tokenbinding';
  try {
    if (first === '--version' || first === '-v') return await printVersion();
    const isHelp = first === 'help' || isHelpOption(first);
    if (isHelp && (rest.length === 0 || rest[0] === 'help'))
      return printHelp(await import('./cli/help/tokenbinding.js'));
    const isNtlm = isHelp && rest.join(' ') === 'ntlm';
    const found = findCommand(isNtlm ? ['ntlm', 'inspect'] : isHelp ? rest : args);
    program += ` ${found.name}`;
    const asksHelp = isHelp || found.args.some(isHelpOption);
    if (asksHelp) return printHelp(await found.command.loadHelp());
    const { run } = await found.command.load();
    return await run(found.args);
  } catch (error) {
    note(
      error instanceof UsageError
        ? describeUsageError(program, error)
        : await describeFailure(program, error),
    );
    return EXIT.failed;
  }
}

function isHelpOption(argument: string | undefined): boolean {
  return argument === '--help' || argument === '-h';
}

interface FoundCommand {
  readonly name: string;
  readonly command: Command;
  /** The arguments after its name. */
  readonly args: string[];
}

function findCommand(args: readonly string[]): FoundCommand {
  const words = args.slice(0, 2).join(' ');
  const command = COMMANDS.get(words);
  if (command !== undefined) return { name: words, command, args: args.slice(2) };
  const [first, ...rest] = args;
  const names = [...COMMANDS.keys()].filter((name) => !name.includes(' '));
  if (first === undefined) {
    throw new UsageError(`the command is missing; commands are ${names.join(', ')}`);
  }
  if (first.startsWith('-')) {
    throw new UsageError(`the command comes first; commands are ${names.join(', ')}`);
  }
  const name = readOneOf('command', first, names);
  return { name, command: COMMANDS.get(name) as Command, args: rest };
}

/** Prints the message in one line and the name of the help in a second one. */
function describeUsageError(program: string, { message }: UsageError): string {
  return `${printable(`${program}: ${message}`)}\n${program} --help says how`;
}

async function describeFailure(program: string, error: unknown): Promise<string> {
  const { SspiError, TokenBindingError } = await import('./errors.js');
  const isOurs = error instanceof TokenBindingError || error instanceof SspiError;
  const code = isOurs ? `${error.code}: ` : '';
  return `${program}: ${code}${error instanceof Error ? error.message : error}`;
}

async function printVersion(): Promise<ExitCode> {
  const { packageVersion } = await import('./conformance/package-version.js');
  process.stdout.write(`${packageVersion()}\n`);
  return EXIT.ok;
}

function printHelp({ help }: { readonly help: string }): ExitCode {
  process.stdout.write(help);
  return EXIT.ok;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that closes the pipe, such as head, is no failure.
  if (error.code !== 'EPIPE') note(`tokenbinding: cannot write: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.failed);
});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2));
