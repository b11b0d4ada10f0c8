import { encodeBase64url } from '../bytes/base64url.js';
import { checkBindingType, checkTarget, checkWantedKeyType } from '../tokenbinding/arguments.js';
import { FileKeyStore } from '../tokenbinding/file-key-store.js';
import { tokenBindingHash } from '../tokenbinding/identifier.js';
import { open } from '../tokenbinding/open.js';
import { BINDING_TYPES, KEY_TYPES } from '../tokenbinding/types.js';
import { type Command, EXIT, noArgument, parseOptions, UsageError } from './command.js';
import { EKM_VARIABLE, readEkm } from './input.js';
import { note, print, printJson } from './output.js';

const help = `Usage: tokenbinding generate --target <url> [options]

Makes a TokenBindingMessage with one TokenBinding and prints it as a header line.

  --target <url>         https: or wss: URL; its registrable domain chooses the key
  --ekm <ekm>            exported keying material of the connection that will carry
                         the message: 64 hex digits or 43 characters of base64url.
                         Other users of the machine may see an argument
  --ekm-file <path>      a file with that text, or with the 32 bytes
                         (without either: ${EKM_VARIABLE} of the environment)
  --key-type <type>      ${KEY_TYPES.join(', ')}, or anyexisting
                         (default ${KEY_TYPES[0]})
  --binding-type <type>  ${BINDING_TYPES.join(' or ')} (default ${BINDING_TYPES[0]})
  --key-store <folder>   have the portable provider keep the key there, and use it
                         again; without it the key is the operating system's, and
                         where that has no Token Binding it ends with this command
  --json                 message, identifier and tbh as JSON

Exit code: 0 done, 2 not done.
`;

const OPTIONS = {
  target: { type: 'string' },
  ekm: { type: 'string' },
  'ekm-file': { type: 'string' },
  'key-type': { type: 'string', default: KEY_TYPES[0] },
  'binding-type': { type: 'string', default: BINDING_TYPES[0] },
  'key-store': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const generate: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, OPTIONS);
    noArgument(positionals);
    const request = readRequest(values, await readEkm(values));
    const folder = values['key-store'];
    if (folder === '') throw new UsageError('--key-store needs the path of a folder');
    const tokenBinding =
      folder === undefined
        ? open()
        : open({ provider: 'portable', keyStore: new FileKeyStore(folder) });
    const binding = await tokenBinding.generateBinding(request);
    const message = encodeBase64url(await tokenBinding.generateMessage([binding.tokenBinding]));
    const { bindingType, keyType, identifier } = binding;
    const tbh = tokenBindingHash(identifier);
    if (values.json) {
      printJson({ message, bindingType, keyType, identifier: encodeBase64url(identifier), tbh });
    } else {
      print([`Sec-Token-Binding: ${message}`]);
      note(`${bindingType} ${keyType}, tbh ${tbh}; ${whereabouts(tokenBinding, folder)}`);
    }
    return EXIT.ok;
  },
};

function whereabouts({ provider }: ReturnType<typeof open>, folder: string | undefined): string {
  if (folder !== undefined) return `key in ${folder}`;
  return provider.name === 'windows' ? 'Windows keeps its key' : 'its key ends with this command';
}

function readRequest(
  values: Record<string, unknown>,
  ekm: Uint8Array,
): Parameters<ReturnType<typeof open>['generateBinding']>[0] {
  const { target } = values;
  if (target === undefined) throw new UsageError('--target is missing');
  try {
    return {
      targetUrl: checkTarget('--target', target).url,
      ekm,
      keyType: checkWantedKeyType('--key-type', values['key-type']),
      bindingType: checkBindingType('--binding-type', values['binding-type']),
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
