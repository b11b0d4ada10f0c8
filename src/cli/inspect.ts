import { TokenBindingError } from '../errors.js';
import { type InspectedBinding, type Inspection, inspectMessage } from '../tokenbinding/inspect.js';
import { type Command, EXIT, parseOptions } from './command.js';
import { type Input, readInput, readMessage } from './input.js';
import { bytes, dump, hex, print, printJson, style } from './output.js';

const help = `Usage: tokenbinding inspect [--json] <message>
       tokenbinding inspect [--json] --file <path>

Shows the structure of a TokenBindingMessage: binding types, key types, sizes and
the tbh of each TokenBindingID. Signatures are shown, not verified. A damaged
message is shown up to its fault.

  <message>      the value of a Sec-Token-Binding header or hex; @<path> for a file
                 with one of these or with the bytes themselves, - for the same on
                 standard input. Any other text is never taken for a file.
  --file <path>  the same as @<path>
  --json         the same as JSON

Exit code: 0 well-formed, 1 damaged, 2 not done.
`;

const OPTIONS = { file: { type: 'string' }, json: { type: 'boolean' } } as const;

export const inspect: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const outline = await outlineInput(readInput(positionals, values.file, '<message>'));
    if (values.json) printJson(toJson(outline));
    else print(toText(outline));
    return outline.faults.length === 0 ? EXIT.ok : EXIT.refused;
  },
};

interface Shown extends Omit<Inspection, 'fields'> {
  /** Absent where the text is neither hex nor base64url. */
  readonly length?: number;
}

async function outlineInput(input: Input): Promise<Shown> {
  try {
    const message = await readMessage(input);
    return { length: message.length, ...inspectMessage(message) };
  } catch (error) {
    if (!(error instanceof TokenBindingError)) throw error;
    return { bindings: [], faults: [error] };
  }
}

function toJson({ length, bindings, faults }: Shown): object {
  return {
    length,
    bindings: bindings.map(({ key, signature, extensions, ...binding }) => ({
      ...binding,
      key: Object.fromEntries(key.map(({ name, value }) => [name, hex(value)])),
      ...(signature && { signature: hex(signature) }),
      extensions: extensions.map(({ extensionType, extensionData }) => ({
        extensionType,
        ...(extensionData && { extensionData: hex(extensionData) }),
      })),
    })),
    faults: faults.map(({ path, offset, message }) => ({ path, offset, message })),
  };
}

function toText({ length, bindings, faults }: Shown): string[] {
  const size = length === undefined ? 'not to be decoded' : bytes(length);
  return [
    style('bold', `TokenBindingMessage, ${size}`),
    ...bindings.flatMap((binding, index) => bindingLines(index, binding)),
    ...faults.map(({ message }) => style('red', `damaged: ${message}`)),
  ];
}

function bindingLines(index: number, binding: InspectedBinding): string[] {
  const { offset, bindingType, keyType, key, identifier, tbh, signature, extensions } = binding;
  const line = (name: string, text: string) => `    ${name.padEnd(24)} ${text}`;
  const sized = (value: Uint8Array) => `${bytes(value.length)}  ${dump(value)}`;
  const lines = [`[${index}] ${known('type', bindingType)} binding, at offset ${offset}`];
  if (keyType !== undefined) lines.push(line('key_parameters', known('key parameters', keyType)));
  for (const { name, value } of key) lines.push(line(name, sized(value)));
  if (identifier !== undefined) lines.push(line('TokenBindingID', identifier));
  if (tbh !== undefined) lines.push(line('tbh', style('cyan', tbh)));
  if (signature !== undefined) lines.push(line('signature', sized(signature)));
  for (const { extensionType, extensionData } of extensions) {
    const data = extensionData === undefined ? '' : sized(extensionData);
    lines.push(line('extension', `${style('yellow', `unknown type ${extensionType}`)}  ${data}`));
  }
  return lines;
}

function known(what: string, value: string | number | undefined): string {
  return typeof value === 'number' ? style('yellow', `unknown ${what} ${value}`) : (value ?? '');
}
