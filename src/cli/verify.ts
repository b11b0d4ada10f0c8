import { encodeBase64url } from '../bytes/base64url.js';
import { TokenBindingError } from '../errors.js';
import { tokenBindingHash } from '../tokenbinding/identifier.js';
import { open } from '../tokenbinding/open.js';
import type { BindingResult } from '../tokenbinding/results.js';
import { checkKeyType, KEY_TYPES, type KeyType } from '../tokenbinding/types.js';
import { type Command, EXIT, parseOptions, UsageError } from './command.js';
import { EKM_VARIABLE, readEkm, readInput, readMessage } from './input.js';
import { print, printJson, style } from './output.js';

const help = `Usage: tokenbinding verify --key-type <type> [options] <message>

Verifies a TokenBindingMessage by RFC 8471 4.2 and lists its bindings.

  <message>          the value of a Sec-Token-Binding header or hex; @<path> for a file
                     with one of these or with the bytes themselves, - for the same
                     on standard input. Any other text is never taken for a file.
  --file <path>      the same as @<path>
  --ekm <ekm>        exported keying material of the connection that carried the
                     message: 64 hex digits or 43 characters of base64url. Other users
                     of the machine may see an argument: see the next two.
  --ekm-file <path>  a file with that text, or with the 32 bytes
                     (without either: ${EKM_VARIABLE} of the environment)
  --key-type <type>  the negotiated key type: ${KEY_TYPES.join(', ')}
  --json             the same as JSON

Exit code: 0 verified, 1 refused, 2 not done.
`;

const OPTIONS = {
  file: { type: 'string' },
  ekm: { type: 'string' },
  'ekm-file': { type: 'string' },
  'key-type': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The codes by which verification says no. */
const REFUSALS = ['ERR_TB_MALFORMED', 'ERR_TB_SIGNATURE', 'ERR_TB_KEY_TYPE', 'ERR_TB_UNUSABLE_KEY'];

/** A no, not an error on the way to one: of Windows' statuses each but 0 is a no. */
function isRefusal(error: unknown): error is TokenBindingError {
  if (!(error instanceof TokenBindingError)) return false;
  const { function: from, status } = error.os ?? {};
  return REFUSALS.includes(error.code) || (from === 'TokenBindingVerifyMessage' && status !== 0);
}

export const verify: Command = {
  help,
  async run(args) {
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
      return EXIT.refused;
    }
  },
};

function readKeyType(text: string | undefined): KeyType {
  if (text === undefined) {
    throw new UsageError(`--key-type is missing: one of ${KEY_TYPES.join(', ')}`);
  }
  try {
    return checkKeyType('--key-type', text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
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
