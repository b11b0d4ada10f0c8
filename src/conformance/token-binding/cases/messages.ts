import { KEY_TYPES } from '../../../tokenbinding/types.js';
import type { Case } from '../../case.js';
import { expectRefused } from '../../outcome.js';
import {
  type Binding,
  encodeExtensions,
  MAX_TOKENBINDINGS,
  signedBinding,
  unknownKeyBinding,
} from '../encode.js';
import { corpus, findKey } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { expectVerified, messageCase, slug } from './verification.js';

const firstKeys = {
  ecdsap256: findKey('P-256 key 1'),
  rsa2048_pss: findKey('PSS key 1'),
  'rsa2048_pkcs1.5': findKey('PKCS1 key 1'),
};
const one = findKey('P-256 key 1');
const two = findKey('P-256 key 2');
const three = findKey('P-256 key 3');
/** Bytes of an encoded P-256 binding. */
const EC_BINDING = 137;

/** Messages with signatures of the corpus, in all combinations of types, order, extensions and sizes. */
export function* messages(): Generator<Case<TokenBindingSubject>> {
  yield* singles();
  yield* pairs();
  yield* orders();
  yield* withExtensions();
  yield* sizes();
  yield* unknownKeys();
}

function* singles(): Generator<Case<TokenBindingSubject>> {
  for (const key of corpus.keys) {
    for (const negotiated of KEY_TYPES) {
      for (const bindingType of [0, 1, 77]) {
        const bindings = [signedBinding(key, { bindingType })];
        const id = `single/${slug(key.name)}/type-${bindingType}/${negotiated}`;
        const title = `${key.name}, binding type ${bindingType}, negotiated ${negotiated}`;
        const matches = bindingType !== 0 || key.keyType === negotiated;
        const known = matches ? expectVerified(bindings) : expectRefused('RFC 8471 4.2');
        // RFC 8471 3.1 has unknown types ignored. It does not say whether such a message has a binding.
        yield messageCase(id, title, bindings, negotiated, bindingType === 77 ? undefined : known);
      }
    }
  }
}

function* pairs(): Generator<Case<TokenBindingSubject>> {
  for (const keyType of KEY_TYPES) {
    for (const other of KEY_TYPES) {
      const provided = signedBinding(firstKeys[keyType]);
      const referred = signedBinding(firstKeys[other], { bindingType: 1 });
      const id = `pair/${keyType}/${other}`;
      const title = `provided ${keyType}, referred ${other}`;
      const forward = [provided, referred];
      yield messageCase(id, title, forward, keyType, expectVerified(forward));
      const backward = [referred, provided];
      const reversed = `${title}, the referred one first`;
      yield messageCase(`${id}/reversed`, reversed, backward, keyType, expectVerified(backward));
    }
  }
}

function* orders(): Generator<Case<TokenBindingSubject>> {
  const provided = signedBinding(one);
  const referred = signedBinding(two, { bindingType: 1 });
  const unnamed = signedBinding(three, { bindingType: 77 });
  const cases: [string, string, Binding[]][] = [
    ['provided-twice', 'the same provided binding twice', [provided, provided]],
    ['two-provided', 'two provided bindings of two keys', [provided, signedBinding(two)]],
    ['referred-twice', 'two referred bindings', [provided, referred, referred]],
    [
      'same-key',
      'provided and referred of one key',
      [provided, signedBinding(one, { bindingType: 1 })],
    ],
  ];
  for (const [id, title, bindings] of cases) {
    yield messageCase(`order/${id}`, title, bindings, 'ecdsap256', expectVerified(bindings));
  }
  const open: [string, Binding[]][] = [
    ['first', [unnamed, provided, referred]],
    ['between', [provided, unnamed, referred]],
    ['last', [provided, referred, unnamed]],
  ];
  for (const [place, bindings] of open) {
    const title = `a binding of unknown type ${place}`;
    yield messageCase(`order/unknown-type-${place}`, title, bindings, 'ecdsap256');
  }
}

function* withExtensions(): Generator<Case<TokenBindingSubject>> {
  const data = Buffer.from('0102030405', 'hex');
  const none = new Uint8Array(0);
  const lists: [string, string, Uint8Array][] = [
    ['empty', 'an extension without data', encodeExtensions([0, none])],
    ['one', 'an extension', encodeExtensions([7, data])],
    ['last-type', 'an extension of type 255', encodeExtensions([255, data])],
    ['repeated', 'an extension twice', encodeExtensions([7, data], [7, data])],
    ['several', 'three extensions', encodeExtensions([0, none], [42, data], [255, none])],
    ['many', 'a thousand extensions', encodeExtensions(...Array(1000).fill([1, none]))],
    ['long', 'an extension of 60000 bytes', encodeExtensions([9, new Uint8Array(60_000)])],
  ];
  for (const [id, title, content] of lists) {
    for (const keyType of KEY_TYPES) {
      const bindings = [signedBinding(firstKeys[keyType], { extensions: content })];
      const name = `extensions/${id}/${keyType}`;
      yield messageCase(
        name,
        `${keyType} with ${title}`,
        bindings,
        keyType,
        expectVerified(bindings),
      );
    }
  }
  // RFC 8471 3.4 does not mention malformed extensions.
  const broken: [string, string][] = [
    ['type-alone', '01'],
    ['half-a-length', '0100'],
    ['one-missing', '0100020a'],
    ['one-over', '0100000a'],
    ['far-over', '01ffff0a'],
  ];
  for (const [id, hex] of broken) {
    const bindings = [signedBinding(one, { extensions: Buffer.from(hex, 'hex') })];
    const title = `malformed extensions: ${hex}`;
    yield messageCase(`extensions/broken/${id}`, title, bindings, 'ecdsap256');
  }
}

function* sizes(): Generator<Case<TokenBindingSubject>> {
  for (const keyType of KEY_TYPES) {
    const plain = signedBinding(firstKeys[keyType]);
    const size = 5 + 3 + plain.key.length + plain.signature.length;
    const fill = encodeExtensions([3, new Uint8Array(MAX_TOKENBINDINGS - size - 3)]);
    const bindings = [signedBinding(firstKeys[keyType], { extensions: fill })];
    const title = `the longest message with one ${keyType} binding`;
    yield messageCase(
      `size/longest/${keyType}`,
      title,
      bindings,
      keyType,
      expectVerified(bindings),
    );
  }
  for (const count of [3, 10, 100, Math.floor(MAX_TOKENBINDINGS / EC_BINDING)]) {
    const bindings = Array.from({ length: count }, (_, index) =>
      index === 0 ? signedBinding(one) : signedBinding(two, { bindingType: 1 }),
    );
    const title = `${count} P-256 bindings`;
    yield messageCase(
      `size/bindings-${count}`,
      title,
      bindings,
      'ecdsap256',
      expectVerified(bindings),
    );
  }
}

function* unknownKeys(): Generator<Case<TokenBindingSubject>> {
  const provided = signedBinding(one);
  for (const keyParameters of [3, 4, 88, 255]) {
    const alone = [unknownKeyBinding(keyParameters, 64, { bindingType: 0 })];
    const title = `a provided binding of key parameters ${keyParameters}`;
    const id = `unknown-key/provided-${keyParameters}`;
    yield messageCase(id, title, alone, 'ecdsap256', expectRefused('RFC 8471 4.2'));
    for (const bindingType of [1, 77]) {
      const beside = [provided, unknownKeyBinding(keyParameters, 64, { bindingType })];
      const besideTitle = `beside a provided one, type ${bindingType} of key parameters ${keyParameters}`;
      yield messageCase(
        `unknown-key/type-${bindingType}-${keyParameters}`,
        besideTitle,
        beside,
        'ecdsap256',
      );
    }
  }
  for (const length of [0, 1, 59, 60, 61, 2000, 60_000]) {
    const alone = [unknownKeyBinding(99, length)];
    const title = `a referred binding of unknown key parameters, ${length} bytes of key`;
    const tooShort = 8 + length + 64 < 132 ? expectRefused('RFC 8471 3') : undefined;
    yield messageCase(`unknown-key/alone-${length}`, title, alone, 'ecdsap256', tooShort);
    const besideTitle = `${title}, beside a provided one`;
    const beside = [provided, ...alone];
    yield messageCase(`unknown-key/beside-${length}`, besideTitle, beside, 'ecdsap256');
  }
  for (const signatureLength of [63, 64, 65, 60_000]) {
    const bindings = [provided, unknownKeyBinding(99, 64, { signatureLength })];
    const title = `unknown key parameters with a signature of ${signatureLength} bytes`;
    const expected = signatureLength < 64 ? expectRefused('RFC 8471 3') : undefined;
    const id = `unknown-key/signature-${signatureLength}`;
    yield messageCase(id, title, bindings, 'ecdsap256', expected);
  }
}
