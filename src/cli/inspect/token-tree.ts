import type { Field } from '../../bytes/reader.js';
import { SspiError } from '../../errors.js';
import type { ServiceKey } from '../../sspi/kerberos/service-keys.js';
import { hex } from '../output.js';
import { isSecret } from './kerberos-meaning.js';
import { type Decoder, decoderOf, innerDecoderOf } from './token-decoders.js';
import { meaningOf, textOf } from './token-meaning.js';

/** A structure or a field of a token. */
export interface TokenNode {
  readonly name: string;
  /** Of a field: its offset in its token or its decrypted part, and its length. */
  offset?: number;
  length?: number;
  /** Of a byte field: the bytes in hex. */
  bytes?: string;
  /** Of a text field: the unescaped text. */
  text?: string;
  /** The meaning of a number or of bytes. */
  meaning?: string | readonly string[];
  readonly fields: TokenNode[];
}

/** A token, up to the fault if it is damaged. */
export interface TokenTree {
  readonly nodes: TokenNode[];
  /** The field at which reading or decrypting stopped, in this token and in one inside it. */
  readonly faults: SspiError[];
}

/** Layers of DER without a meaning of their own. */
const WRAPPERS: ReadonlySet<string> = new Set(
  'sequence list octets enumerated oid value bits name-string'.split(' '),
);
/** Fields that only describe the structure, or that have one value only. */
const STRUCTURE =
  /^(?:tag|length|unused|Signature|MessageType|MsvAvEOL|Av(?:Id|Len)|Reserved\d?|\w+(?:Len|BufferOffset)|pvno|msg-type|[\w-]+-vno|Filler|Lgth|DlgOpt|Dlgth)$/;
/** AD-IF-RELEVANT could be nested without end. */
const MAX_DEPTH = 8;

/**
 * Reads a token to show it, up to the fault if it is damaged. Verifies nothing.
 *
 * @param keys of a service, which decrypt tickets for it and authenticators
 */
export function treeOf(token: Uint8Array, keys?: readonly ServiceKey[]): TokenTree {
  const { nodes, faults } = grow(token, decoderOf(token), keys, 0);
  return { nodes, faults };
}

/** A tree under construction. Texts are decoded last, because the flags with their encoding may follow them. */
interface GrowingTree extends TokenTree {
  readonly keys: readonly ServiceKey[] | undefined;
  readonly depth: number;
  flags: number;
  readonly texts: { node: TokenNode; names: readonly string[] }[];
}

function grow(
  bytes: Uint8Array,
  decoder: Decoder,
  keys: readonly ServiceKey[] | undefined,
  depth: number,
): TokenTree {
  const tree: GrowingTree = { nodes: [], faults: [], keys, depth, flags: 0, texts: [] };
  try {
    decoder(bytes, (field) => add(tree, field), keys);
  } catch (error) {
    if (!(error instanceof SspiError)) throw error;
    tree.faults.unshift(error);
  }
  for (const { node, names } of tree.texts) {
    // A decrypted part has been overwritten, so the text comes from the node.
    const text = textOf(names, Buffer.from(node.bytes ?? '', 'hex'), tree.flags);
    if (text !== undefined) node.text = text;
  }
  return tree;
}

function add(tree: GrowingTree, { path, offset, length, value }: Field): void {
  const names = path.split('.').filter((name) => !WRAPPERS.has(name));
  const name = names.at(-1) ?? '';
  if (STRUCTURE.test(name)) {
    // Names the message, though none of its other fields may be readable.
    if (names.length > 1) nodeAt(tree.nodes, names.slice(0, 1));
    return;
  }
  const siblings = names.length > 1 ? nodeAt(tree.nodes, names.slice(0, -1)).fields : tree.nodes;
  const node = nodeAt(siblings, [name]);
  node.offset = offset;
  node.length = length;
  if (typeof value !== 'number') {
    if (addInner(tree, node, siblings, value)) return;
    if (!isSecret(name)) node.bytes = hex(value);
    tree.texts.push({ node, names });
  } else if (name === 'NegotiateFlags') {
    tree.flags = value;
  }
  const meaning = meaningOf(names, value);
  if (meaning !== undefined) node.meaning = meaning;
}

/** Adds the structure inside a field. @returns whether there is one */
function addInner(
  tree: GrowingTree,
  node: TokenNode,
  siblings: readonly TokenNode[],
  value: Uint8Array,
): boolean {
  const siblingOf = (name: string) => siblings.find((sibling) => sibling.name === name)?.bytes;
  const decoder = tree.depth < MAX_DEPTH ? innerDecoderOf(node.name, value, siblingOf) : undefined;
  if (decoder === undefined) return false;
  const { nodes, faults } = grow(value, decoder, tree.keys, tree.depth + 1);
  node.fields.push(...nodes);
  tree.faults.push(...faults);
  return true;
}

function nodeAt(nodes: TokenNode[], [name = '', ...below]: readonly string[]): TokenNode {
  // The fields of a structure come one after the other.
  let node = nodes.at(-1);
  if (node?.name !== name) {
    node = { name, fields: [] };
    nodes.push(node);
  }
  return below.length === 0 ? node : nodeAt(node.fields, below);
}
