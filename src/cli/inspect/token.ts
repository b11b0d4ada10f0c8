import { SspiError } from '../../errors.js';
import type { ServiceKey } from '../../sspi/kerberos/service-keys.js';
import { decodeBase64, decodeHex, TOKEN_HEADER } from '../encoded-text.js';
import { bytes, dump, printable, style } from '../output.js';
import type { Inspection, Kind } from './inspection.js';
import { type TokenNode, type TokenTree, treeOf } from './token-tree.js';

type InspectedKind = Exclude<Kind, 'token-binding'>;

const TITLES: Readonly<Record<InspectedKind, string>> = {
  ntlm: 'NTLM message',
  spnego: 'SPNEGO token',
  kerberos: 'Kerberos token',
  unknown: 'unknown token',
};

/** Codes of what cannot be decrypted with the keytab, though it may be well-formed. */
const UNDECRYPTABLE: readonly string[] = [
  'SEC_E_NO_KERB_KEY',
  'SEC_E_KDC_UNKNOWN_ETYPE',
  'SEC_E_MESSAGE_ALTERED',
];

/**
 * Inspects a token of NTLM, SPNEGO or Kerberos as its text or bytes.
 *
 * @param keys of a service, which decrypt its tickets
 */
export function inspectToken(
  kind: InspectedKind,
  content: string | Uint8Array,
  keys?: readonly ServiceKey[],
): Inspection {
  const token = typeof content === 'string' ? decodeToken(content) : content;
  const { nodes, faults } = token === undefined ? treeOfUndecodable() : treeOf(token, keys);
  const size = token === undefined ? 'not decoded' : bytes(token.length);
  return {
    lines: [
      style('bold', `${TITLES[kind]}, ${size}`),
      ...nodes.flatMap((node) => nodeLines(node, '')),
      ...faults.map((fault) => style('red', `${problemOf(fault)}: ${fault.message}`)),
    ],
    json: { kind, length: token?.length, nodes, faults: faults.map(faultToJson) },
    isDamaged: faults.length > 0,
  };
}

function problemOf({ code }: SspiError): string {
  return UNDECRYPTABLE.includes(code) ? 'not decrypted' : 'damaged';
}

function treeOfUndecodable(): TokenTree {
  const problem = 'the text is neither base64, base64url nor hex';
  return { nodes: [], faults: [new SspiError('SEC_E_INVALID_TOKEN', problem)] };
}

function decodeToken(text: string): Uint8Array | undefined {
  const value = text.replace(TOKEN_HEADER, '').replace(/\s/g, '');
  return decodeHex(value) ?? decodeBase64(value);
}

function faultToJson({ code, path, offset, message }: SspiError): object {
  return { code, path, offset, message };
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
    const raw = node.bytes === undefined ? '' : dumpNode(node);
    return [`${name} ${raw}`.trimEnd(), ...names.map((flag) => `${indent}  ${flag}`)];
  }
  return [`${name} ${meaning}`];
}

function dumpNode({ length, bytes: content }: TokenNode): string {
  const shown = dump(Buffer.from(content ?? '', 'hex'));
  return `${bytes(length ?? 0)}  ${shown}`.trimEnd();
}
