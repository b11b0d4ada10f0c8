import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Documented exit codes of every command. */
export const EXIT = {
  /** Done, and the answer is yes. */
  ok: 0,
  /** Done, and the answer is no: the message is damaged or refused. */
  refused: 1,
  /** Not done: wrong usage, unreadable input, nothing there to do it with. */
  failed: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Command {
  readonly help: string;
  run(args: string[]): Promise<ExitCode>;
}

/** What the user wrote cannot be carried out; the message says how to mend it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * parseArgs, strict, with its complaints as a UsageError. An option that takes a value takes the next
 * argument, though it begins with a dash as one in 64 base64url texts does.
 */
export function parseOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>> {
  try {
    return parseArgs({ args: joinValues(args, options), options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function joinValues(args: string[], options: NonNullable<ParseArgsConfig['options']>): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] as string;
    const next = args[index + 1];
    const name = argument.slice(2);
    const takesValue = argument.startsWith('--') && Object.hasOwn(options, name);
    if (takesValue && options[name]?.type === 'string' && next !== undefined) {
      joined.push(`${argument}=${next}`);
      index++;
    } else joined.push(argument);
  }
  return joined;
}

/** The only positional argument of a command. */
export function onlyArgument(positionals: string[], name: string): string {
  const [argument, ...others] = positionals;
  if (argument === undefined) throw new UsageError(`${name} is missing`);
  if (others.length > 0) throw new UsageError(`one ${name} at a time, not ${positionals.length}`);
  return argument;
}

export function noArgument(positionals: string[]): void {
  if (positionals.length > 0) throw new UsageError('too many arguments');
}
