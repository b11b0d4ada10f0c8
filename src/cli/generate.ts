import { encodeBase64url } from '../bytes/base64url.js';
import { checkTarget } from '../tokenbinding/arguments.js';
import { FileKeyStore } from '../tokenbinding/file-key-store.js';
import { tokenBindingHash } from '../tokenbinding/identifier.js';
import { open } from '../tokenbinding/open.js';
import type { BindingRequest } from '../tokenbinding/provider.js';
import { BINDING_TYPES, KEY_TYPES } from '../tokenbinding/types.js';
import { EXIT, type ExitCode, noArgument, parseOptions, readOneOf, UsageError } from './command.js';
import { readEkm } from './ekm.js';
import { note, print, printJson } from './output.js';

const KEY_TYPES_OR_ANY = [...KEY_TYPES, 'anyexisting'] as const;

const OPTIONS = {
  target: { type: 'string' },
  ekm: { type: 'string' },
  'ekm-file': { type: 'string' },
  'key-type': { type: 'string', default: KEY_TYPES[0] },
  'binding-type': { type: 'string', default: BINDING_TYPES[0] },
  'key-store': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseOptions(args, OPTIONS);
  noArgument(positionals);
  const request = readRequest(values, await readEkm(values));
  const folder = values['key-store'];
  const provider = openProvider(folder);
  const { tokenBinding, bindingType, keyType, identifier } =
    await provider.generateBinding(request);
  const message = encodeBase64url(await provider.generateMessage([tokenBinding]));
  const tbh = tokenBindingHash(identifier);
  if (values.json) {
    printJson({ message, bindingType, keyType, identifier: encodeBase64url(identifier), tbh });
  } else {
    print([`Sec-Token-Binding: ${message}`]);
    const { name } = provider.provider;
    note(`${bindingType} ${keyType}, tbh ${tbh}; ${describeKeyPlace(name, folder)}`);
  }
  return EXIT.ok;
}

function openProvider(folder: string | undefined): ReturnType<typeof open> {
  if (folder === undefined) return open();
  if (folder === '') throw new UsageError('--key-store needs the path of a folder');
  return open({ provider: 'portable', keyStore: new FileKeyStore(folder) });
}

function describeKeyPlace(provider: string, folder: string | undefined): string {
  if (folder !== undefined) return `key in ${folder}`;
  return provider === 'windows' ? 'Windows keeps the key' : 'the key is not kept';
}

function readRequest(
  values: ReturnType<typeof parseOptions<typeof OPTIONS>>['values'],
  ekm: Uint8Array,
): BindingRequest {
  const { target } = values;
  if (target === undefined) throw new UsageError('--target is missing');
  return {
    targetUrl: readTarget(target),
    ekm,
    keyType: readOneOf('key type', values['key-type'], KEY_TYPES_OR_ANY),
    bindingType: readOneOf('binding type', values['binding-type'], BINDING_TYPES),
  };
}

function readTarget(text: string): string {
  try {
    return checkTarget('--target', text).url;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
