import { encodeBase64url } from '../../bytes/base64url.js';
import type { Case, Expectation } from '../case.js';
import { encodeBinding, extensions, joinMessage, MOST, signed, unknownKey } from '../compose.js';
import { corpus, corpusKey } from '../corpus.js';
import { slug } from './verification.js';

const ec = corpusKey('P-256 key 1');
const one = encodeBinding(signed(ec));
const other = encodeBinding(signed(corpusKey('PSS key 1'), { bindingType: 1 }));

/** Messages made of TokenBindings (TokenBindingGenerateMessage). */
export function* joins(): Generator<Case> {
  for (const key of corpus.keys) yield good(`one ${key.name}`, [encodeBinding(signed(key))]);
  yield good('two bindings', [one, other]);
  yield good('two bindings, the referred one first', [other, one]);
  yield good('the same binding twice', [one, one]);
  yield good('a referred binding alone', [other]);
  yield good('a binding of unknown type', [encodeBinding(signed(ec, { bindingType: 77 }))]);
  yield good('unknown key parameters', [encodeBinding(unknownKey(99, 100))]);
  yield good('a wrong signature', [
    encodeBinding({ ...signed(ec), signature: new Uint8Array(64) }),
  ]);
  yield good('an extension', [
    encodeBinding(signed(ec, { extensions: extensions([7, Buffer.of(1, 2)]) })),
  ]);
  yield good('478 bindings', Array(478).fill(one));
  yield good('132 bytes', [encodeBinding(unknownKey(99, 60))]);
  yield good('65535 bytes', [filled(MOST)]);
  const tooShort = 'less than tokenbindings<132..>';
  yield bad('131 bytes', tooShort, [encodeBinding(unknownKey(99, 59))]);
  yield bad('65536 bytes', 'more than tokenbindings<..65535>', [
    filled(MOST - one.length + 1),
    one,
  ]);
  yield bad('479 bindings', 'more than tokenbindings<..65535>', Array(479).fill(one));
  for (const length of [1, 68, 72, 136]) {
    const cut = one.subarray(0, length);
    yield bad(`a binding cut after ${length} bytes`, 'no TokenBinding', [cut, one]);
  }
  yield bad('two bindings in one', 'no TokenBinding', [Buffer.concat([one, one])]);
  yield bad('a byte after a binding', 'no TokenBinding', [Buffer.concat([one, Buffer.of(0)])]);
  yield bad('a message as a binding', 'no TokenBinding', [joinMessage([one])]);
  yield bad('no bytes as a binding', 'no TokenBinding', [new Uint8Array(0), one]);
}

function good(title: string, tokenBindings: Uint8Array[]): Case {
  const bytes = encodeBase64url(joinMessage(tokenBindings));
  const outcome = { verdict: 'accepted', bytes } as const;
  return join(title, tokenBindings, { outcome, clause: 'RFC 8471 3' });
}

/** RFC 8471 has no such call, so that it has no word on what it refuses. */
function bad(title: string, why: string, tokenBindings: Uint8Array[]): Case {
  return join(`${title}: ${why}`, tokenBindings);
}

function join(title: string, tokenBindings: Uint8Array[], expected?: Expectation): Case {
  const call = { name: 'generateMessage', tokenBindings } as const;
  return { id: `joins/${slug(title)}`, group: 'joins', title, call, ...(expected && { expected }) };
}

/** A binding of so many bytes, the most of them an extension. */
function filled(size: number): Uint8Array {
  const content = extensions([3, new Uint8Array(size - one.length - 3)]);
  return encodeBinding(signed(ec, { extensions: content }));
}
