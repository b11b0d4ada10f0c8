import { type KeyType, keyTypeOf } from '../../tokenbinding/types.js';
import type { Case } from '../case.js';
import { type Binding, extensions, signed, unknownKey } from '../compose.js';
import { corpus } from '../corpus.js';
import { Random } from '../random.js';
import { type Draft, EDITS } from './edits.js';
import { verification } from './verification.js';

/**
 * Random messages, most of them changed in one place: a length, a type, a key, a signature, the EKM, the
 * list, or any byte. Each follows from the seed and its index alone.
 */
export function* mutations(seed: number, count: number, first = 0): Generator<Case> {
  for (let index = first; index < first + count; index++) {
    yield mutation(seed, index, String(index).padStart(6, '0'));
  }
}

function mutation(seed: number, index: number, name: string): Case {
  const random = new Random(seed, index);
  const draft = randomDraft(random);
  const edit = random.of(EDITS);
  const edited = edit(draft, random);
  const what = draft.bindings.map(describe).join(' + ');
  return verification({
    group: 'mutations',
    id: `${seed}/${name}`,
    title: `${what}, negotiated ${edited.keyType}: ${edited.change}`,
    message: edited.message,
    keyType: edited.keyType,
    ekm: edited.ekm,
    expected: edited.expected,
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
  return signed(key, { ekm, extensions: randomExtensions(random) });
}

function randomOther(random: Random, ekm: number): Binding {
  if (random.below(8) === 0) return unknownKey(3 + random.below(253), random.below(100));
  const bindingType = random.below(6) === 0 ? 77 : 1;
  const key = random.of(corpus.keys);
  return signed(key, { bindingType, ekm, extensions: randomExtensions(random) });
}

function randomExtensions(random: Random): Uint8Array {
  if (random.below(3) > 0) return new Uint8Array(0);
  const list = Array.from({ length: 1 + random.below(2) }, () => {
    return [random.below(256), random.bytes(random.below(12))] as const;
  });
  return extensions(...list);
}

function describe({ bindingType, keyParameters }: Binding): string {
  const name = ['provided', 'referred'][bindingType] ?? `type ${bindingType}`;
  return `${name} ${keyTypeOf(keyParameters)}`;
}
