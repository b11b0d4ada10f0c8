import { TokenBindingError } from '../../errors.js';
import {
  type InspectedBinding,
  type InspectedMessage,
  inspectMessage,
} from '../../tokenbinding/inspect.js';
import { decodeBase64, MESSAGE_HEADER } from '../encoded-text.js';
import { type Input, rejectPath } from '../input.js';
import { decodeMessage } from '../message-text.js';
import { bytes, dump, hex, style } from '../output.js';
import type { Inspection } from './inspection.js';
import { isWholeMessage } from './token-kind.js';

/**
 * Inspects a TokenBindingMessage.
 *
 * @param content what was read from the input
 * @throws UsageError for the path of a file in the place of text
 */
export function inspectTokenBinding(input: Input, content: string | Uint8Array): Inspection {
  const shown = typeof content === 'string' ? inspectText(input, content) : inspectBytes(content);
  const isNamed = typeof content === 'string' && MESSAGE_HEADER.test(content);
  return { lines: toText(shown, isNamed), json: toJson(shown), isDamaged: shown.faults.length > 0 };
}

interface Shown extends Omit<InspectedMessage, 'fields'> {
  /** Absent if the text could not be decoded. */
  readonly length?: number;
}

function inspectBytes(message: Uint8Array): Shown {
  return { length: message.length, ...inspectMessage(message) };
}

/** Text that RFC 8473 2 does not allow, such as base64, is a fault, and decoded all the same. */
function inspectText(input: Input, text: string): Shown {
  let message: Uint8Array;
  try {
    message = decodeMessage(text);
  } catch (fault) {
    if (!(fault instanceof TokenBindingError)) throw fault;
    const loose = decodeBase64(text.replace(MESSAGE_HEADER, '').trim());
    if (loose === undefined || !isWholeMessage(loose)) rejectPath(input);
    const shown = loose === undefined ? { bindings: [], faults: [] } : inspectBytes(loose);
    return { ...shown, faults: [fault, ...shown.faults] };
  }
  return inspectBytes(message);
}

function toJson({ length, bindings, faults }: Shown): object {
  return {
    kind: 'token-binding',
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

/** @param isNamed whether a header says that it is a message: otherwise every other input is taken for one */
function toText({ length, bindings, faults }: Shown, isNamed: boolean): string[] {
  const size = length === undefined ? 'not decoded' : bytes(length);
  const isGuess = !isNamed && bindings.length === 0;
  const guess = isGuess ? 'no NTLM, Kerberos or SPNEGO token; read as a ' : '';
  return [
    style('bold', `${guess}TokenBindingMessage, ${size}`),
    ...bindings.flatMap((binding, index) => bindingLines(index, binding)),
    ...faults.map(({ message }) => style('red', `damaged: ${message}`)),
  ];
}

function bindingLines(index: number, binding: InspectedBinding): string[] {
  const { offset, bindingType, keyType, key, identifier, tbh, signature, extensions } = binding;
  const line = (name: string, text: string) => `    ${name.padEnd(24)} ${text}`;
  const sized = (value: Uint8Array) => `${bytes(value.length)}  ${dump(value)}`;
  const lines = [`[${index}] ${describeType('type', bindingType)} binding, at offset ${offset}`];
  if (keyType !== undefined)
    lines.push(line('key_parameters', describeType('key parameters', keyType)));
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

function describeType(what: string, value: string | number | undefined): string {
  return typeof value === 'number' ? style('yellow', `unknown ${what} ${value}`) : (value ?? '');
}
