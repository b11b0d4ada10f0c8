import type { Field } from '../../bytes/reader.js';
import { SspiError } from '../../errors.js';
import { MAX_TOKEN } from '../../sspi/arguments.js';
import { decodeAuthenticate } from '../../sspi/ntlm/authenticate-message.js';
import { decodeChallenge } from '../../sspi/ntlm/challenge-message.js';
import { isNtlm } from '../../sspi/ntlm/message.js';
import { decodeNegotiate } from '../../sspi/ntlm/negotiate-message.js';
import { decodeNegTokenInit2, decodeNegTokenResp } from '../../sspi/spnego/token.js';
import { hex } from '../output.js';
import { meaningOf, textOf } from './token-meaning.js';

/** A structure or a field of a token. */
export interface TokenNode {
  readonly name: string;
  /** Of a field: its offset in its token, and its length. */
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
  /** The field at which reading stopped, in this token and in one inside it. */
  readonly faults: SspiError[];
}

/** Layers of DER without a meaning of their own. */
const WRAPPERS = new Set(['sequence', 'list', 'octets', 'enumerated', 'oid', 'value']);
/** Fields that only describe the structure. */
const STRUCTURE =
  /^(?:tag|length|Signature|MessageType|MsvAvEOL|Av(?:Id|Len)|Reserved\d?|\w+(?:Len|BufferOffset))$/;
/** Fields that hold the token of a mechanism. */
const TOKENS = /^(?:mechToken|responseToken)$/;

/** Reads a token to show it, up to the fault if it is damaged. Verifies nothing. */
export function treeOf(token: Uint8Array): TokenTree {
  const tree: GrowingTree = { nodes: [], faults: [], flags: 0, texts: [] };
  try {
    decoderOf(token)(token, (field) => add(tree, field));
  } catch (error) {
    if (!(error instanceof SspiError)) throw error;
    tree.faults.unshift(error);
  }
  for (const { node, names, value } of tree.texts) {
    const text = textOf(names, value, tree.flags);
    if (text !== undefined) node.text = text;
  }
  return { nodes: tree.nodes, faults: tree.faults };
}

/** A tree under construction. Texts are decoded last, because the flags with their encoding may follow them. */
interface GrowingTree extends TokenTree {
  flags: number;
  readonly texts: { node: TokenNode; names: readonly string[]; value: Uint8Array }[];
}

type Decoder = (token: Uint8Array, onField: (field: Field) => void) => unknown;

const DECODERS: Readonly<Record<number, Decoder>> = {
  1: decodeNegotiate,
  2: decodeChallenge,
  3: decodeAuthenticate,
};

function decoderOf(token: Uint8Array): Decoder {
  if (token.length > MAX_TOKEN) {
    return reject(`has ${token.length} bytes: a token has at most ${MAX_TOKEN}`);
  }
  if (isNtlm(token)) {
    const type = token[8] ?? 1;
    return DECODERS[type] ?? reject(`unknown NTLM message type ${type}`);
  }
  if (token[0] === 0x60) return decodeNegTokenInit2;
  if (token[0] === 0xa1) return decodeNegTokenResp;
  return reject('neither NTLM nor SPNEGO');
}

function reject(problem: string): Decoder {
  return () => {
    throw new SspiError('SEC_E_INVALID_TOKEN', problem);
  };
}

function add(tree: GrowingTree, { path, offset, length, value }: Field): void {
  const names = path.split('.').filter((name) => !WRAPPERS.has(name));
  const name = names.at(-1) ?? '';
  if (STRUCTURE.test(name)) {
    // Names the message, though none of its other fields may be readable.
    if (names.length > 1) nodeAt(tree.nodes, names.slice(0, 1));
    return;
  }
  const node = nodeAt(tree.nodes, names);
  node.offset = offset;
  node.length = length;
  if (typeof value !== 'number') {
    // Other tokens stay bytes: those of other mechanisms, and SPNEGO, which could be nested without end.
    if (TOKENS.test(name) && isNtlm(value)) {
      const inner = treeOf(value);
      node.fields.push(...inner.nodes);
      tree.faults.push(...inner.faults);
      return;
    }
    node.bytes = hex(value);
    tree.texts.push({ node, names, value });
  } else if (name === 'NegotiateFlags') {
    tree.flags = value;
  }
  const meaning = meaningOf(name, value);
  if (meaning !== undefined) node.meaning = meaning;
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
