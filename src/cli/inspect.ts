import { hasOwn } from '../bytes/has-own.js';
import type { ServiceKey } from '../sspi/kerberos/service-keys.js';
import { EXIT, type ExitCode, parseOptions, UsageError } from './command.js';
import { type Input, readContent, readInput } from './input.js';
import { type Inspection, isOtherHeader, type Kind, kindOf } from './inspect/inspection.js';
import { print, printJson } from './output.js';

const OPTIONS = {
  file: { type: 'string' },
  keytab: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const input = readInput(positionals, values.file, '<input>');
  if (hasOwn(input, 'text') && input.text.trim() === '') throw new UsageError('<input> is empty');
  const content = await readContent(input);
  if (isOtherHeader(content)) {
    throw new UsageError('no header of Token Binding, NTLM, SPNEGO or Kerberos');
  }
  const inspection = await inspectAs(kindOf(content), input, content, values.keytab);
  if (values.json) printJson(inspection.json);
  else print(inspection.lines);
  return inspection.isDamaged ? EXIT.negative : EXIT.ok;
}

async function inspectAs(
  kind: Kind,
  input: Input,
  content: string | Uint8Array,
  keytab: string | undefined,
): Promise<Inspection> {
  if (keytab !== undefined && (kind === 'token-binding' || kind === 'ntlm')) {
    throw new UsageError('--keytab needs a Kerberos token, which may be in SPNEGO');
  }
  if (kind === 'token-binding') {
    const { inspectTokenBinding } = await import('./inspect/message.js');
    return inspectTokenBinding(input, content);
  }
  const { inspectToken } = await import('./inspect/token.js');
  if (keytab === undefined) return inspectToken(kind, content);
  const keys = await readKeytab(keytab);
  try {
    return inspectToken(kind, content, keys);
  } finally {
    for (const { key } of keys) key.close();
  }
}

/** @throws UsageError if it cannot be read, is malformed or has no key */
async function readKeytab(path: string): Promise<ServiceKey[]> {
  const { loadKeytab } = await import('../sspi/kerberos/load-keytab.js');
  try {
    return await loadKeytab(path);
  } catch (error) {
    throw new UsageError(`--keytab: ${(error as Error).message}`);
  }
}
