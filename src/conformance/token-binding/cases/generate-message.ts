import { encodeBase64url } from '../../../bytes/base64url.js';
import type { Case } from '../../case.js';
import { type Expectation, expectAccepted } from '../../outcome.js';
import {
  encodeBinding,
  encodeExtensions,
  joinMessage,
  MAX_TOKENBINDINGS,
  signedBinding,
  unknownKeyBinding,
} from '../encode.js';
import { corpus, findKey } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { slug } from './verification.js';

const ec = findKey('P-256 key 1');
const one = encodeBinding(signedBinding(ec));
const other = encodeBinding(signedBinding(findKey('PSS key 1'), { bindingType: 1 }));

/** Messages made of TokenBindings (TokenBindingGenerateMessage). */
export function* generateMessageCases(): Generator<Case<TokenBindingSubject>> {
  yield* validLists();
  yield* invalidLists();
}

function* validLists(): Generator<Case<TokenBindingSubject>> {
  for (const key of corpus.keys) {
    yield validCase(`one ${key.name}`, [encodeBinding(signedBinding(key))]);
  }
  yield validCase('two bindings', [one, other]);
  yield validCase('two bindings, the referred one first', [other, one]);
  yield validCase('the same binding twice', [one, one]);
  yield validCase('a referred binding alone', [other]);
  const unknownType = encodeBinding(signedBinding(ec, { bindingType: 77 }));
  yield validCase('a binding of unknown type', [unknownType]);
  yield validCase('unknown key parameters', [encodeBinding(unknownKeyBinding(99, 100))]);
  const wrongSignature = { ...signedBinding(ec), signature: new Uint8Array(64) };
  yield validCase('a wrong signature', [encodeBinding(wrongSignature)]);
  const extensions = encodeExtensions([7, Buffer.of(1, 2)]);
  yield validCase('an extension', [encodeBinding(signedBinding(ec, { extensions }))]);
  yield validCase('478 bindings', Array(478).fill(one));
  yield validCase('132 bytes', [encodeBinding(unknownKeyBinding(99, 60))]);
  yield validCase('65535 bytes', [bindingOfSize(MAX_TOKENBINDINGS)]);
}

function* invalidLists(): Generator<Case<TokenBindingSubject>> {
  const tooShort = 'less than tokenbindings<132..>';
  const tooLong = 'more than tokenbindings<..65535>';
  const noBinding = 'no TokenBinding';
  yield invalidCase('131 bytes', tooShort, [encodeBinding(unknownKeyBinding(99, 59))]);
  const rest = bindingOfSize(MAX_TOKENBINDINGS - one.length + 1);
  yield invalidCase('65536 bytes', tooLong, [rest, one]);
  yield invalidCase('479 bindings', tooLong, Array(479).fill(one));
  for (const length of [1, 68, 72, 136]) {
    const cut = one.subarray(0, length);
    yield invalidCase(`a binding cut after ${length} bytes`, noBinding, [cut, one]);
  }
  yield invalidCase('two bindings in one', noBinding, [Buffer.concat([one, one])]);
  const withTail = Buffer.concat([one, Buffer.of(0)]);
  yield invalidCase('a byte after a binding', noBinding, [withTail]);
  yield invalidCase('a message as a binding', noBinding, [joinMessage([one])]);
  yield invalidCase('no bytes as a binding', noBinding, [new Uint8Array(0), one]);
}

function validCase(title: string, tokenBindings: Uint8Array[]): Case<TokenBindingSubject> {
  const bytes = encodeBase64url(joinMessage(tokenBindings));
  return generateMessageCase(title, tokenBindings, expectAccepted('RFC 8471 3', { bytes }));
}

/** RFC 8471 does not define this call, and so does not state what it rejects. */
function invalidCase(
  title: string,
  why: string,
  tokenBindings: Uint8Array[],
): Case<TokenBindingSubject> {
  return generateMessageCase(`${title}: ${why}`, tokenBindings);
}

function generateMessageCase(
  title: string,
  tokenBindings: Uint8Array[],
  expected?: Expectation,
): Case<TokenBindingSubject> {
  return {
    id: `generate-message/${slug(title)}`,
    title,
    input: { call: 'generateMessage', tokenBindings: tokenBindings.map(encodeBase64url) },
    ask: (subject) => subject.generateMessage(tokenBindings),
    ...(expected && { expected }),
  };
}

/** A binding of so many bytes, most of them in an extension. */
function bindingOfSize(size: number): Uint8Array {
  const extensions = encodeExtensions([3, new Uint8Array(size - one.length - 3)]);
  return encodeBinding(signedBinding(ec, { extensions }));
}
