import { bindingTypeOf, KEY_TYPES, type KeyType, keyTypeOf } from '../../tokenbinding/types.js';
import type { Expectation } from '../case.js';
import { type Binding, encodeMessage, unknownKey } from '../compose.js';
import type { Random } from '../random.js';
import { numberFields } from './fields.js';
import { accepted, refused } from './verification.js';

/** A verification that is to be changed. */
export interface Draft {
  readonly bindings: readonly Binding[];
  readonly keyType: KeyType;
  readonly ekm: Uint8Array;
}

/** A verification that has been. */
export interface Edited {
  /** In words. */
  readonly change: string;
  readonly message: Uint8Array;
  readonly keyType: KeyType;
  readonly ekm: Uint8Array;
  /** What the specification makes of it, where that is certain. */
  readonly expected?: Expectation | undefined;
}

type Edit = (draft: Draft, random: Random) => Edited;

/** Each as likely as the others. */
export const EDITS: readonly Edit[] = [
  untouched,
  someLength,
  someType,
  someBit('key'),
  someBit('signature'),
  signatureLength,
  ekmBit,
  negotiated,
  order,
  repetition,
  framing,
  someBytes,
];

function untouched(draft: Draft): Edited {
  return composed(draft, draft.bindings, 'as it is', whole(draft.bindings));
}

function someLength(draft: Draft, random: Random): Edited {
  const field = random.of(numberFields(draft.bindings).filter(({ isLength }) => isLength));
  const message = Buffer.from(encodeMessage(draft.bindings));
  const value = message.readUIntBE(field.offset, field.size);
  const most = 2 ** (8 * field.size) - 1;
  const near = [Math.max(value - 1, 0), Math.min(value + 1, most)];
  const other = random.of([...near, 0, most, random.below(most + 1)]);
  message.writeUIntBE(other, field.offset, field.size);
  return { ...draft, message, change: `${field.name} ${value} -> ${other}` };
}

function someType(draft: Draft, random: Random): Edited {
  const field = random.of(numberFields(draft.bindings).filter(({ isLength }) => !isLength));
  const message = Buffer.from(encodeMessage(draft.bindings));
  const value = message[field.offset] as number;
  const other = random.of([0, 1, 2, 3, 77, 255].filter((type) => type !== value));
  message[field.offset] = other;
  const change = `${field.name} ${value} -> ${other}`;
  return { ...draft, message, change, expected: retyped(draft, field.name, other) };
}

/** The signature covers both types (RFC 8471 3.3), and no extension. */
function retyped({ bindings }: Draft, name: string, type: number): Expectation | undefined {
  if (name.endsWith('extension_type')) return undefined;
  const nameOf = name.endsWith('key_parameters') ? keyTypeOf : bindingTypeOf;
  const index = Number(/\d+/.exec(name)?.[0]);
  const isKey = typeof keyTypeOf(bindings[index]?.keyParameters ?? 255) === 'string';
  const counts = typeof nameOf(type) === 'string' && (isKey || nameOf === keyTypeOf);
  return counts ? refused('RFC 8471 4.2') : undefined;
}

/** Flips a bit of a key or a signature. */
function someBit(part: 'key' | 'signature'): Edit {
  return (draft, random) => {
    const index = random.below(draft.bindings.length);
    const binding = draft.bindings[index] as Binding;
    if (binding[part].length === 0) return untouched(draft);
    const bit = random.below(binding[part].length * 8);
    const change = `${part} bit ${bit} of binding ${index} flipped`;
    const changed = { ...binding, [part]: flipped(binding[part], bit) };
    return replaced(draft, index, changed, change, 'RFC 8471 4.2');
  };
}

function signatureLength(draft: Draft, random: Random): Edited {
  const index = random.below(draft.bindings.length);
  const { signature, ...binding } = draft.bindings[index] as Binding;
  const length = random.below(signature.length + 40);
  const cut = Buffer.concat([signature, Buffer.alloc(40)]).subarray(0, length);
  if (length === signature.length) return untouched(draft);
  const change = `signature of binding ${index} of ${length} bytes`;
  const changed = { ...binding, signature: cut };
  if (length >= 64) return replaced(draft, index, changed, change, 'RFC 8471 3.3');
  const bindings = draft.bindings.with(index, changed);
  return composed(draft, bindings, change, refused('RFC 8471 3'));
}

function ekmBit(draft: Draft, random: Random): Edited {
  const bit = random.below(draft.ekm.length * 8);
  const expected = draft.bindings.some(isNamed) ? refused('RFC 8471 4.2') : undefined;
  const message = encodeMessage(draft.bindings);
  const change = `EKM bit ${bit} flipped`;
  return { ...draft, message, ekm: flipped(draft.ekm, bit), change, expected };
}

function negotiated(draft: Draft, random: Random): Edited {
  const keyType = random.of(KEY_TYPES.filter((other) => other !== draft.keyType));
  const message = encodeMessage(draft.bindings);
  const change = `negotiated ${draft.keyType} -> ${keyType}`;
  return { ...draft, message, keyType, change, expected: refused('RFC 8471 4.2') };
}

function order(draft: Draft, random: Random): Edited {
  if (draft.bindings.length === 1) return untouched(draft);
  const at = 1 + random.below(draft.bindings.length - 1);
  const bindings = [...draft.bindings.slice(at), ...draft.bindings.slice(0, at)];
  return composed(draft, bindings, `binding ${at} first`, whole(bindings));
}

function repetition(draft: Draft, random: Random): Edited {
  const index = random.below(draft.bindings.length + 1);
  const again = draft.bindings[index] ?? unknownKey(3 + random.below(253), random.below(80));
  const bindings = [...draft.bindings, again];
  const change = index < draft.bindings.length ? `binding ${index} again` : 'and an unknown key';
  return composed(draft, bindings, change, whole(bindings));
}

function framing(draft: Draft, random: Random): Edited {
  const message = encodeMessage(draft.bindings);
  const count = 1 + random.below(4);
  const cuts: [string, Uint8Array][] = [
    [`${count} bytes after it`, Buffer.concat([message, random.bytes(count)])],
    [`${count} bytes cut off`, message.subarray(0, message.length - count)],
    [`cut after ${count} bytes`, message.subarray(0, count)],
  ];
  const [change, changed] = random.of(cuts);
  // What becomes of bytes after a structure is nowhere said.
  const expected = changed.length < message.length ? refused('RFC 8471 3') : undefined;
  return { ...draft, message: changed, change, expected };
}

function someBytes(draft: Draft, random: Random): Edited {
  let message = Buffer.from(encodeMessage(draft.bindings));
  const changes: string[] = [];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(message.length);
    const remove = random.below(3);
    const inserted = random.bytes(random.below(3));
    changes.push(`${remove} bytes at ${at} replaced by ${inserted.length}`);
    message = Buffer.concat([message.subarray(0, at), inserted, message.subarray(at + remove)]);
  }
  return { ...draft, message, change: changes.join(', ') };
}

function composed(
  draft: Draft,
  bindings: readonly Binding[],
  change: string,
  expected: Expectation | undefined,
): Edited {
  return { ...draft, message: encodeMessage(bindings), change, expected };
}

/** One binding replaced by a wrong one: that is a refusal where its signature counts for certain. */
function replaced(
  draft: Draft,
  index: number,
  binding: Binding,
  change: string,
  clause: string,
): Edited {
  const bindings = draft.bindings.with(index, binding);
  return composed(draft, bindings, change, isNamed(binding) ? refused(clause) : undefined);
}

/** RFC 8471 leaves open what becomes of unknown types and of unknown keys beside known ones. */
function whole(bindings: readonly Binding[]): Expectation | undefined {
  return bindings.every(isNamed) ? accepted(bindings) : undefined;
}

function isNamed({ bindingType, keyParameters }: Binding): boolean {
  return (
    typeof bindingTypeOf(bindingType) === 'string' && typeof keyTypeOf(keyParameters) === 'string'
  );
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}
