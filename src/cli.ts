#!/usr/bin/env node
import { type Command, EXIT, type ExitCode, UsageError } from './cli/command.js';
import { note } from './cli/output.js';
import { packageVersion } from './conformance/package-version.js';
import { SspiError, TokenBindingError } from './errors.js';

/** What each command does, and how it is loaded: only the one that is asked for is. */
const commands: Readonly<Record<string, readonly [summary: string, load: () => Promise<Command>]>> =
  {
    status: [
      'say which providers do the work here, and why',
      async () => (await import('./cli/status.js')).status,
    ],
    inspect: ['show what is in a message', async () => (await import('./cli/inspect.js')).inspect],
    verify: [
      'verify a message for a connection',
      async () => (await import('./cli/verify.js')).verify,
    ],
    generate: [
      'make a message for a connection',
      async () => (await import('./cli/generate.js')).generate,
    ],
    conformance: [
      'compare Windows with the specification, or any two',
      async () => (await import('./cli/conformance.js')).conformance,
    ],
    ntlm: [
      'show what is in a token of NTLM or Negotiate',
      async () => (await import('./cli/ntlm.js')).ntlm,
    ],
  };

const summaries = Object.entries(commands).map(
  ([name, [summary]]) => `  ${name.padEnd(13)}${summary}`,
);

const help = `Usage: tokenbinding <command> [options]

Token Binding (RFC 8471): the calls of tokenbinding.h, in TypeScript. And SSPI: what is in
the tokens of NTLM and Negotiate.

${summaries.join('\n')}

  tokenbinding <command> --help   how to use a command
  tokenbinding --version          the version of this package

Exit code: 0 yes, 1 no (damaged or refused; of conformance: the sides differ),
2 not done.
`;

async function main([name, ...args]: string[]): Promise<ExitCode> {
  if (name === '--version') return say(`${packageVersion()}\n`);
  if (name === 'help' || name === '--help' || name === '-h') return say(help);
  const entry = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    note(
      name === undefined
        ? help
        : `tokenbinding: there is no command ${name}\ntokenbinding --help tells how`,
    );
    return EXIT.failed;
  }
  const [, load] = entry;
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) return say(command.help);
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      note(`tokenbinding ${name}: ${error.message}\ntokenbinding ${name} --help tells how`);
    } else {
      const isOurs = error instanceof TokenBindingError || error instanceof SspiError;
      const code = isOurs ? `${error.code}: ` : '';
      note(`tokenbinding ${name}: ${code}${error instanceof Error ? error.message : error}`);
    }
    return EXIT.failed;
  }
}

function say(text: string): ExitCode {
  process.stdout.write(text);
  return EXIT.ok;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as head, is no failure.
  if (error.code !== 'EPIPE') note(`tokenbinding: cannot write: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.failed);
});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2));
