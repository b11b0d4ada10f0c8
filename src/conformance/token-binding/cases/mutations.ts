import { type KeyType, keyTypeOf } from '../../../tokenbinding/types.js';
import type { MutationRange } from '../../area.js';
import type { Case } from '../../case.js';
import { Random } from '../../random.js';
import { type Binding, encodeExtensions, signedBinding, unknownKeyBinding } from '../encode.js';
import { corpus } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { type Draft, MUTATORS } from './mutators.js';
import { verificationCase } from './verification.js';

/**
 * Random messages, most of them changed in one place: a length, a type, a key, a signature, the EKM, the
 * list, or any byte. Each depends on the seed and its number only.
 */
export function* mutations({
  seed,
  mutations: count,
  first = 0,
}: MutationRange): Generator<Case<TokenBindingSubject>> {
  for (let index = first; index < first + count; index++) yield mutationCase(seed, index);
}

function mutationCase(seed: number, index: number): Case<TokenBindingSubject> {
  const random = new Random(seed, index);
  const draft = randomDraft(random);
  const mutate = random.of(MUTATORS);
  const { message, keyType, ekm, change, expected } = mutate(draft, random);
  const what = draft.bindings.map(describe).join(' + ');
  return verificationCase({
    id: `mutations/${seed}/${String(index).padStart(6, '0')}`,
    title: `${what}, negotiated ${keyType}: ${change}`,
    message,
    keyType,
    ekm,
    expected,
  });
}

function randomDraft(random: Random): Draft {
  const ekm = random.below(corpus.ekms.length);
  const first = random.of(corpus.keys);
  const bindings = [randomBinding(random, first.keyType, ekm)];
  for (let more = random.below(3); more > 0; more--) {
    bindings.push(randomOther(random, ekm));
  }
  if (random.below(4) === 0) bindings.reverse();
  return {
    bindings,
    keyType: first.keyType,
    ekm: corpus.ekms[ekm] as Uint8Array,
  };
}

function randomBinding(random: Random, keyType: KeyType, ekm: number): Binding {
  const key = random.of(corpus.keys.filter((one) => one.keyType === keyType));
  return signedBinding(key, { ekm, extensions: randomExtensions(random) });
}

function randomOther(random: Random, ekm: number): Binding {
  if (random.below(8) === 0) return unknownKeyBinding(3 + random.below(253), random.below(100));
  const bindingType = random.below(6) === 0 ? 77 : 1;
  const key = random.of(corpus.keys);
  return signedBinding(key, { bindingType, ekm, extensions: randomExtensions(random) });
}

function randomExtensions(random: Random): Uint8Array {
  if (random.below(3) > 0) return new Uint8Array(0);
  const list = Array.from({ length: 1 + random.below(2) }, () => {
    return [random.below(256), random.bytes(random.below(12))] as const;
  });
  return encodeExtensions(...list);
}

function describe({ bindingType, keyParameters }: Binding): string {
  const name = ['provided', 'referred'][bindingType] ?? `type ${bindingType}`;
  return `${name} ${keyTypeOf(keyParameters)}`;
}
