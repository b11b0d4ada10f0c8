import { encodeBase64url } from '../bytes/base64url.js';
import { TokenBindingError } from '../errors.js';
import { tokenBindingHash } from '../tokenbinding/identifier.js';
import { open } from '../tokenbinding/open.js';
import type { BindingResult } from '../tokenbinding/results.js';
import { KEY_TYPES, type KeyType } from '../tokenbinding/types.js';
import { EXIT, type ExitCode, parseOptions, readOneOf, UsageError } from './command.js';
import { readEkm } from './ekm.js';
import { type Input, readContent, readInput, rejectPath } from './input.js';
import { decodeMessage } from './message-text.js';
import { print, printJson, style } from './output.js';

const OPTIONS = {
  file: { type: 'string' },
  ekm: { type: 'string' },
  'ekm-file': { type: 'string' },
  'key-type': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The codes with which verification refuses a message. */
const REFUSALS = ['ERR_TB_MALFORMED', 'ERR_TB_SIGNATURE', 'ERR_TB_KEY_TYPE', 'ERR_TB_UNUSABLE_KEY'];

/** Whether a message was refused, rather than not verified at all. Each status of Windows but 0 is a refusal. */
function isRefusal(error: unknown): error is TokenBindingError {
  if (!(error instanceof TokenBindingError)) return false;
  const { function: from, status } = error.os ?? {};
  return REFUSALS.includes(error.code) || (from === 'TokenBindingVerifyMessage' && status !== 0);
}

export async function run(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  const keyType = readKeyType(values['key-type']);
  const ekm = await readEkm(values);
  const input = readInput(positionals, values.file, '<message>');
  try {
    const bindings = await open().verifyMessage(await readMessage(input), { keyType, ekm });
    if (values.json) printJson({ verified: true, bindings: bindings.map(toJson) });
    else print([style('green', 'verified'), ...bindings.map(toLine)]);
    return EXIT.ok;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (values.json) printJson({ verified: false, error: { ...error, message: error.message } });
    else print([`${style('red', 'refused')} ${error.code}`, error.message]);
    return EXIT.negative;
  }
}

function readKeyType(text: string | undefined): KeyType {
  if (text === undefined) {
    throw new UsageError(`--key-type is missing; key types are ${KEY_TYPES.join(', ')}`);
  }
  return readOneOf('key type', text, KEY_TYPES);
}

async function readMessage(input: Input): Promise<Uint8Array> {
  rejectPath(input);
  const content = await readContent(input);
  return typeof content === 'string' ? decodeMessage(content) : content;
}

function toJson({ identifier, extensionData, ...result }: BindingResult): object {
  return {
    ...result,
    identifier: encodeBase64url(identifier),
    tbh: tokenBindingHash(identifier),
    extensionData: encodeBase64url(extensionData),
  };
}

function toLine(
  { bindingType, keyType, identifier, status }: BindingResult,
  index: number,
): string {
  const colour = status === 'verified' ? 'green' : 'yellow';
  const what = `${bindingType} ${keyType} ${style(colour, status)}`;
  return `[${index}] ${what}  tbh ${tokenBindingHash(identifier)}`;
}
