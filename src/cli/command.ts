import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Documented exit codes of every command. */
export const EXIT = {
  /** Done, and the answer is yes. */
  ok: 0,
  /** Done, and the answer is no: the message is damaged or refused, or the sides differ. */
  negative: 1,
  /** Not done: wrong usage, unreadable input, or nothing to work with. */
  failed: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Runs a command with the arguments after its name. */
export type Run = (args: string[]) => Promise<ExitCode>;

/** The arguments are wrong. The message is one line and tells how to correct them. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Parses the arguments of a command. An option with a value takes the next argument, even if it begins with
 * a dash: one of 64 base64url texts does.
 *
 * @throws UsageError for an unknown option, a missing value, or a value that the option does not take
 */
export function parseOptions<const T extends Options>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>> {
  const joined = joinValues(args, options);
  const { tokens } = parseArgs({ args: joined, options, strict: false, tokens: true });
  for (const token of tokens) if (token.kind === 'option') checkOption(token, options);
  return parseArgs({ args: joined, options, allowPositionals: true });
}

/** Names the option as it was written, and repeats no value. */
function checkOption(
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
  options: Options,
): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const known = Object.keys(options).map((one) => `--${one}`);
    throw new UsageError(`unknown option '${rawName}'; options are ${known.join(', ')}`);
  }
  if (option.type === 'string' && value === undefined) {
    throw new UsageError(`${rawName} needs a value`);
  }
  if (option.type === 'boolean' && value !== undefined) {
    throw new UsageError(`${rawName} takes no value`);
  }
}

function joinValues(args: string[], options: Options): string[] {
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
  if (others.length > 0) throw new UsageError(`expected one ${name}, not ${positionals.length}`);
  return argument;
}

export function noArgument(positionals: string[]): void {
  if (positionals.length > 0) throw new UsageError('too many arguments');
}

/** A longer text is not repeated in an error: it may be a secret in the wrong place. */
const MAX_NAME = 32;

/**
 * One of the names of a list.
 *
 * @param kind what they are names of, in the singular
 * @throws UsageError that lists them
 */
export function readOneOf<const T extends string>(
  kind: string,
  text: string,
  names: readonly T[],
): T {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const quoted = text.length > MAX_NAME ? '' : ` '${text}'`;
  throw new UsageError(`unknown ${kind}${quoted}; ${kind}s are ${names.join(', ')}`);
}
