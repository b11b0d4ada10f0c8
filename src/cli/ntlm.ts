import type { SspiError } from '../errors.js';
import { type Command, EXIT, parseOptions, UsageError } from './command.js';
import { readInput, readToken } from './input.js';
import { bytes, dump, print, printable, printJson, style } from './output.js';
import { type TokenNode, type TokenTree, treeOf } from './token-tree.js';

const help = `Usage: tokenbinding ntlm inspect [--json] <token>

Shows the structure of an NTLM message (MS-NLMP 2.2) or of a SPNEGO token
(RFC 4178) with the NTLM message in it. Nothing is verified, and no key or
password is sought. A damaged token is shown up to its fault; of more than
65,535 bytes, which no token has, nothing is decoded.

  <token>        base64 or hex, alone or in an Authorization: or WWW-Authenticate:
                 line; @<path> for a file with one of these or with the bytes
                 themselves, - for the same on standard input
  --file <path>  the same as @<path>
  --json         the same as JSON

Exit code: 0 well-formed, 1 damaged, 2 not done.
`;

const OPTIONS = { file: { type: 'string' }, json: { type: 'boolean' } } as const;

export const ntlm: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, OPTIONS);
    const [action, ...rest] = positionals;
    if (action !== 'inspect') throw new UsageError('the only thing it does is inspect');
    const token = await readToken(readInput(rest, values.file, '<token>'));
    const tree = treeOf(token);
    if (values.json) printJson({ length: token.length, ...toJson(tree) });
    else print([style('bold', bytes(token.length)), ...toText(tree)]);
    return tree.faults.length === 0 ? EXIT.ok : EXIT.refused;
  },
};

function toJson({ nodes, faults }: TokenTree): object {
  return { nodes, faults: faults.map(faultToJson) };
}

function faultToJson({ path, offset, message }: SspiError): object {
  return { path, offset, message };
}

function toText({ nodes, faults }: TokenTree): string[] {
  return [
    ...nodes.flatMap((node) => nodeLines(node, '')),
    ...faults.map(({ message }) => style('red', `damaged: ${message}`)),
  ];
}

function nodeLines(node: TokenNode, indent: string): string[] {
  const below = node.fields.flatMap((field) => nodeLines(field, `${indent}  `));
  if (node.length === undefined || node.fields.length > 0) {
    return [`${indent}${style('bold', node.name)}`, ...below];
  }
  const name = `${indent}${node.name}`.padEnd(32);
  const { text, meaning } = node;
  if (text !== undefined) return [`${name} "${printable(text)}"`];
  if (meaning === undefined || Array.isArray(meaning)) {
    const names = (meaning ?? []) as readonly string[];
    const raw = node.bytes === undefined ? '' : dumped(node);
    return [`${name} ${raw}`.trimEnd(), ...names.map((flag) => `${indent}  ${flag}`)];
  }
  return [`${name} ${meaning}`];
}

function dumped({ length, bytes: content }: TokenNode): string {
  const shown = dump(Buffer.from(content ?? '', 'hex'));
  return `${bytes(length ?? 0)}  ${shown}`.trimEnd();
}
