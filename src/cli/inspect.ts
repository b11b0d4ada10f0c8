import { EXIT, type ExitCode, parseOptions, UsageError } from './command.js';
import { type Input, readContent, readInput } from './input.js';
import { type Inspection, isOtherHeader, type Kind, kindOf } from './inspect/inspection.js';
import { print, printJson } from './output.js';

const OPTIONS = { file: { type: 'string' }, json: { type: 'boolean' } } as const;

export async function run(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const input = readInput(positionals, values.file, '<input>');
  if ('text' in input && input.text.trim() === '') throw new UsageError('<input> is empty');
  const content = await readContent(input);
  if (isOtherHeader(content)) {
    throw new UsageError('no header of Token Binding, NTLM or SPNEGO');
  }
  const inspection = await inspectAs(kindOf(content), input, content);
  if (values.json) printJson(inspection.json);
  else print(inspection.lines);
  return inspection.isDamaged ? EXIT.negative : EXIT.ok;
}

async function inspectAs(
  kind: Kind,
  input: Input,
  content: string | Uint8Array,
): Promise<Inspection> {
  if (kind === 'token-binding') {
    const { inspectTokenBinding } = await import('./inspect/message.js');
    return inspectTokenBinding(input, content);
  }
  const { inspectToken } = await import('./inspect/token.js');
  return inspectToken(kind, content);
}
