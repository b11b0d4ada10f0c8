import { bindingTypeOf, KEY_TYPES, type KeyType, keyTypeOf } from '../../../tokenbinding/types.js';
import { type Expectation, expectRefused } from '../../outcome.js';
import type { Random } from '../../random.js';
import { type Binding, encodeMessage, unknownKeyBinding } from '../encode.js';
import { findNumberFields } from './field-offsets.js';
import { expectVerified } from './verification.js';

/** A verification to mutate. */
export interface Draft {
  readonly bindings: readonly Binding[];
  /** The negotiated one. */
  readonly keyType: KeyType;
  readonly ekm: Uint8Array;
}

/** A mutated verification. */
export interface Mutant {
  /** The change in words. */
  readonly change: string;
  readonly message: Uint8Array;
  readonly keyType: KeyType;
  readonly ekm: Uint8Array;
  /** Undefined unless the specification is certain. */
  readonly expected?: Expectation | undefined;
}

type Mutator = (draft: Draft, random: Random) => Mutant;

/** Each has the same probability. */
export const MUTATORS: readonly Mutator[] = [
  keep,
  changeLength,
  changeType,
  flipBitOf('key'),
  flipBitOf('signature'),
  resizeSignature,
  flipEkmBit,
  negotiateOther,
  rotateBindings,
  addBinding,
  changeFraming,
  replaceBytes,
];

function keep(draft: Draft): Mutant {
  return encodeMutant(draft, draft.bindings, 'unchanged', expectationOf(draft.bindings));
}

function changeLength(draft: Draft, random: Random): Mutant {
  const field = random.of(findNumberFields(draft.bindings).filter(({ isLength }) => isLength));
  const message = Buffer.from(encodeMessage(draft.bindings));
  const value = message.readUIntBE(field.offset, field.size);
  const most = 2 ** (8 * field.size) - 1;
  const near = [Math.max(value - 1, 0), Math.min(value + 1, most)];
  const other = random.of([...near, 0, most, random.below(most + 1)]);
  message.writeUIntBE(other, field.offset, field.size);
  return { ...draft, message, change: `${field.name} ${value} -> ${other}` };
}

function changeType(draft: Draft, random: Random): Mutant {
  const field = random.of(findNumberFields(draft.bindings).filter(({ isLength }) => !isLength));
  const message = Buffer.from(encodeMessage(draft.bindings));
  const value = message[field.offset] as number;
  const other = random.of([0, 1, 2, 3, 77, 255].filter((type) => type !== value));
  message[field.offset] = other;
  const change = `${field.name} ${value} -> ${other}`;
  return { ...draft, message, change, expected: expectationOfType(draft, field.name, other) };
}

/** The signature covers both types (RFC 8471 3.3), and no extension. */
function expectationOfType(
  { bindings }: Draft,
  name: string,
  type: number,
): Expectation | undefined {
  if (name.endsWith('extension_type')) return undefined;
  const nameOf = name.endsWith('key_parameters') ? keyTypeOf : bindingTypeOf;
  const index = Number(/\d+/.exec(name)?.[0]);
  const isKey = typeof keyTypeOf(bindings[index]?.keyParameters ?? 255) === 'string';
  const isEvaluated = typeof nameOf(type) === 'string' && (isKey || nameOf === keyTypeOf);
  return isEvaluated ? expectRefused('RFC 8471 4.2') : undefined;
}

function flipBitOf(part: 'key' | 'signature'): Mutator {
  return (draft, random) => {
    const index = random.below(draft.bindings.length);
    const binding = draft.bindings[index] as Binding;
    if (binding[part].length === 0) return keep(draft);
    const bit = random.below(binding[part].length * 8);
    const change = `${part} bit ${bit} of binding ${index} flipped`;
    const changed = { ...binding, [part]: flipBit(binding[part], bit) };
    return replaceBinding(draft, index, changed, change, 'RFC 8471 4.2');
  };
}

function resizeSignature(draft: Draft, random: Random): Mutant {
  const index = random.below(draft.bindings.length);
  const { signature, ...binding } = draft.bindings[index] as Binding;
  const length = random.below(signature.length + 40);
  const resized = Buffer.concat([signature, Buffer.alloc(40)]).subarray(0, length);
  if (length === signature.length) return keep(draft);
  const change = `signature of binding ${index} of ${length} bytes`;
  const changed = { ...binding, signature: resized };
  if (length >= 64) return replaceBinding(draft, index, changed, change, 'RFC 8471 3.3');
  const bindings = draft.bindings.with(index, changed);
  return encodeMutant(draft, bindings, change, expectRefused('RFC 8471 3'));
}

function flipEkmBit(draft: Draft, random: Random): Mutant {
  const bit = random.below(draft.ekm.length * 8);
  const expected = draft.bindings.some(hasKnownTypes) ? expectRefused('RFC 8471 4.2') : undefined;
  const message = encodeMessage(draft.bindings);
  const change = `EKM bit ${bit} flipped`;
  return { ...draft, message, ekm: flipBit(draft.ekm, bit), change, expected };
}

function negotiateOther(draft: Draft, random: Random): Mutant {
  const keyType = random.of(KEY_TYPES.filter((other) => other !== draft.keyType));
  const message = encodeMessage(draft.bindings);
  const change = `negotiated ${draft.keyType} -> ${keyType}`;
  return { ...draft, message, keyType, change, expected: expectRefused('RFC 8471 4.2') };
}

function rotateBindings(draft: Draft, random: Random): Mutant {
  if (draft.bindings.length === 1) return keep(draft);
  const at = 1 + random.below(draft.bindings.length - 1);
  const bindings = [...draft.bindings.slice(at), ...draft.bindings.slice(0, at)];
  return encodeMutant(draft, bindings, `binding ${at} first`, expectationOf(bindings));
}

function addBinding(draft: Draft, random: Random): Mutant {
  const index = random.below(draft.bindings.length + 1);
  const added = draft.bindings[index] ?? unknownKeyBinding(3 + random.below(253), random.below(80));
  const bindings = [...draft.bindings, added];
  const change = index < draft.bindings.length ? `binding ${index} again` : 'and an unknown key';
  return encodeMutant(draft, bindings, change, expectationOf(bindings));
}

function changeFraming(draft: Draft, random: Random): Mutant {
  const message = encodeMessage(draft.bindings);
  const count = 1 + random.below(4);
  const cuts: [string, Uint8Array][] = [
    [`${count} bytes after it`, Buffer.concat([message, random.bytes(count)])],
    [`${count} bytes cut off`, message.subarray(0, message.length - count)],
    [`cut after ${count} bytes`, message.subarray(0, count)],
  ];
  const [change, changed] = random.of(cuts);
  // RFC 8471 does not mention bytes after the message.
  const expected = changed.length < message.length ? expectRefused('RFC 8471 3') : undefined;
  return { ...draft, message: changed, change, expected };
}

function replaceBytes(draft: Draft, random: Random): Mutant {
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

function encodeMutant(
  draft: Draft,
  bindings: readonly Binding[],
  change: string,
  expected: Expectation | undefined,
): Mutant {
  return { ...draft, message: encodeMessage(bindings), change, expected };
}

/** Replaces a valid binding by an invalid one, which must be refused if its types are known. */
function replaceBinding(
  draft: Draft,
  index: number,
  binding: Binding,
  change: string,
  clause: string,
): Mutant {
  const bindings = draft.bindings.with(index, binding);
  const expected = hasKnownTypes(binding) ? expectRefused(clause) : undefined;
  return encodeMutant(draft, bindings, change, expected);
}

/** RFC 8471 leaves open how unknown types, and unknown keys beside known ones, are handled. */
function expectationOf(bindings: readonly Binding[]): Expectation | undefined {
  return bindings.every(hasKnownTypes) ? expectVerified(bindings) : undefined;
}

function hasKnownTypes({ bindingType, keyParameters }: Binding): boolean {
  return (
    typeof bindingTypeOf(bindingType) === 'string' && typeof keyTypeOf(keyParameters) === 'string'
  );
}

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}
