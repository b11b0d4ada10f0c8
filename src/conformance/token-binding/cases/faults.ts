import { type KeyType, keyTypeOf } from '../../../tokenbinding/types.js';
import type { Case } from '../../case.js';
import { type Expectation, expectRefused } from '../../outcome.js';
import {
  type Binding,
  encodeBinding,
  encodeMessage,
  encodeOpaque8,
  encodeRsaKey,
  joinMessage,
  signedBinding,
} from '../encode.js';
import { corpus, findKey } from '../key-corpus.js';
import type { TokenBindingSubject } from '../subject.js';
import { craftedKeys } from './crafted-keys.js';
import { expectVerified, messageCase, verificationCase } from './verification.js';

const ec = findKey('P-256 key 1');
const rsa = findKey('PKCS1 key 1');
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

/** Messages with one invalid field, in every place where the field matters. */
export function* faults(): Generator<Case<TokenBindingSubject>> {
  const expected = expectRefused('RFC 8471 4.2');
  const provided = { bindingType: 0 };
  const ofProvided = [...keyFaults(provided), ...keySizes(provided), ...signatureFaults(provided)];
  for (const [id, title, binding] of ofProvided) {
    const negotiated = keyTypeOf(binding.keyParameters) as KeyType;
    yield messageCase(`fault/${id}`, title, [binding], negotiated, expected);
  }
  const referred = { bindingType: 1 };
  for (const fault of [...keyFaults(referred), ...signatureFaults(referred)]) {
    yield besideProvided(fault, expected);
  }
  // RFC 8471 4.2 requires the check of the key length for provided bindings only.
  for (const fault of keySizes(referred)) yield besideProvided(fault);
  yield* craftedKeys();
  yield* wrongSignatures();
  yield* negatedSignature();
  yield* ekmFaults();
  yield* framingFaults();
}

function besideProvided(
  [id, title, binding]: Fault,
  expected?: Expectation,
): Case<TokenBindingSubject> {
  const bindings = [signedBinding(findKey('P-256 key 2')), binding];
  return messageCase(`fault/${id}/referred`, `${title}, referred`, bindings, 'ecdsap256', expected);
}

type Fault = [id: string, title: string, binding: Binding];

function keyFaults(type: { bindingType: number }): Fault[] {
  const good = signedBinding(ec, type);
  const goodRsa = signedBinding(rsa, type);
  const ofPoint = (id: string, title: string, key: Uint8Array): Fault => [
    `point-${id}`,
    `a point ${title}`,
    { ...good, key },
  ];
  const ofRsa = (id: string, title: string, modulus: Uint8Array, exponent: Uint8Array): Fault => [
    `rsa-${id}`,
    `an RSA key with ${title}`,
    { ...goodRsa, key: encodeRsaKey(modulus, exponent) },
  ];
  const [x, y] = [ec.key.subarray(1, 33), ec.key.subarray(33)];
  const [n, e] = [rsa.key.subarray(2, 258), rsa.key.subarray(259)];
  const point = (...parts: Uint8Array[]) => encodeOpaque8(Buffer.concat(parts));
  const offCurve = Buffer.from(y);
  offCurve[31] = (offCurve[31] as number) ^ 1;
  return [
    ofPoint('off-curve', 'off the curve', point(x, offCurve)),
    ofPoint('swapped', 'with X and Y exchanged', point(y, x)),
    ofPoint('zero', 'of zeros', point(Buffer.alloc(64))),
    ofPoint('x-not-reduced', 'with X + p, cut to 32 bytes', point(number32(integer(x) + PRIME), y)),
    ofPoint('prime', 'whose X is p', point(number32(PRIME), y)),
    ofPoint('with-format-octet', 'with the format octet of X9.62', point(Buffer.of(4), x, y)),
    ofPoint('compressed', 'compressed', point(Buffer.of(2 + ((y[31] as number) & 1)), x)),
    ofPoint('short', 'of 63 bytes', point(x, y.subarray(0, 31))),
    ofPoint('empty', 'of no bytes', point()),
    ofPoint('with-tail', 'with a byte after it', Buffer.concat([ec.key, Buffer.of(0)])),
    ofRsa('short', 'a modulus of 255 bytes', n.subarray(1), e),
    ofRsa('top-bit', 'a modulus of 2047 bits', Buffer.concat([Buffer.of(0x7f), n.subarray(1)]), e),
    ofRsa('even', 'an even modulus', Buffer.concat([n.subarray(0, 255), Buffer.of(2)]), e),
    ofRsa('no-modulus', 'an empty modulus', Buffer.alloc(0), e),
    ofRsa('no-exponent', 'an empty exponent', n, Buffer.alloc(0)),
    ofRsa('exponent-0', 'exponent 0', n, Buffer.of(0)),
    ofRsa('exponent-1', 'exponent 1', n, Buffer.of(1)),
    ofRsa('exponent-even', 'exponent 65536', n, Buffer.of(1, 0, 0)),
    ofRsa('exponent-long', 'an exponent of 255 bytes', n, Buffer.alloc(255, 1)),
  ];
}

/** Keys of other sizes than 2048 bits, with valid signatures. */
function keySizes(type: { bindingType: number }): Fault[] {
  return corpus.wrongKeys.map((key): Fault => {
    return [
      `size-${key.key.length}`,
      `${key.name}, with a valid signature`,
      signedBinding(key, type),
    ];
  });
}

function signatureFaults(type: { bindingType: number }): Fault[] {
  const good = signedBinding(ec, type);
  const goodRsa = signedBinding(rsa, type);
  const [r, s] = [good.signature.subarray(0, 32), good.signature.subarray(32)];
  const zero = Buffer.alloc(32);
  const order = number32(ORDER);
  const of = (id: string, title: string, ...parts: Uint8Array[]): Fault => {
    const signature = Buffer.concat(parts);
    return [`ecdsa-${id}`, `an ECDSA signature ${title}`, { ...good, signature }];
  };
  const ofRsa = (id: string, title: string, signature: Uint8Array): Fault => {
    return [`rsa-signature-${id}`, title, { ...goodRsa, signature }];
  };
  return [
    of('zero', 'of zeros', zero, zero),
    of('r-zero', 'with r = 0', zero, s),
    of('s-zero', 'with s = 0', r, zero),
    of('r-order', 'with r = n', order, s),
    of('s-order', 'with s = n', r, order),
    of('s-not-reduced', 'with s + n, cut to 32 bytes', r, number32(integer(s) + ORDER)),
    of('ones', 'of ones', Buffer.alloc(64, 0xff)),
    of('exchanged', 'with r and s exchanged', s, r),
    of('long', 'of 65 bytes', r, s, Buffer.of(0)),
    of('leading-zeros', 'with a zero before r and s', Buffer.of(0), r, Buffer.of(0), s),
    of('short', 'of 63 bytes', r, s.subarray(1)),
    of('other-key', 'of another key', signedBinding(findKey('P-256 key 2'), type).signature),
    of('other-type', 'for another binding type', signedBinding(ec, { bindingType: 77 }).signature),
    of('other-ekm', 'for another connection', signedBinding(ec, { ...type, ekm: 1 }).signature),
    ofRsa('zero', 'an RSA signature of zeros', Buffer.alloc(256)),
    ofRsa('modulus', 'an RSA signature that is the modulus', rsa.key.subarray(2, 258)),
    ofRsa('short', 'an RSA signature of 255 bytes', goodRsa.signature.subarray(1)),
    ofRsa(
      'long',
      'an RSA signature of 257 bytes',
      Buffer.concat([Buffer.of(0), goodRsa.signature]),
    ),
    ofRsa(
      'other-key',
      'an RSA signature of another key',
      signedBinding(findKey('PKCS1 key 2'), type).signature,
    ),
  ];
}

function* wrongSignatures(): Generator<Case<TokenBindingSubject>> {
  for (const [index, { name, key, signature }] of corpus.wrongSignatures.entries()) {
    const bindings = [{ ...signedBinding(key), signature }];
    const expected = expectRefused('RFC 8471 3.3');
    yield messageCase(`wrong-signature/${index}`, name, bindings, key.keyType, expected);
  }
}

/** n - s is as valid as s (SEC 1 4.1.4), and RFC 8471 allows both. */
function* negatedSignature(): Generator<Case<TokenBindingSubject>> {
  const good = signedBinding(ec);
  const [r, s] = [good.signature.subarray(0, 32), good.signature.subarray(32)];
  const bindings = [{ ...good, signature: Buffer.concat([r, number32(ORDER - integer(s))]) }];
  const title = 'an ECDSA signature with n - s';
  yield messageCase('ecdsa-negated', title, bindings, 'ecdsap256', expectVerified(bindings));
}

function* ekmFaults(): Generator<Case<TokenBindingSubject>> {
  const message = encodeMessage([signedBinding(ec)]);
  const given = corpus.ekms[0] as Uint8Array;
  const of = (id: string, title: string, ekm: Uint8Array) =>
    verificationCase({
      id: `messages/ekm/${id}`,
      title,
      message,
      keyType: 'ecdsap256',
      ekm,
      expected: expectRefused('RFC 8471 3.3'),
    });
  yield of('other', 'the EKM of another connection', corpus.ekms[1] as Uint8Array);
  yield of('empty', 'an EKM of no bytes', new Uint8Array(0));
  yield of('short', 'an EKM of 31 bytes', given.subarray(0, 31));
  yield of('long', 'an EKM of 33 bytes', Buffer.concat([given, Buffer.of(0)]));
  for (let bit = 0; bit < 256; bit += 17) {
    const flipped = Buffer.from(given);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    yield of(`bit-${bit}`, `an EKM with bit ${bit} flipped`, flipped);
  }
}

function* framingFaults(): Generator<Case<TokenBindingSubject>> {
  const binding = encodeBinding(signedBinding(ec));
  const whole = joinMessage([binding]);
  const of = (id: string, title: string, message: Uint8Array, expected?: Expectation) =>
    verificationCase({
      id: `messages/framing/${id}`,
      title,
      message,
      keyType: 'ecdsap256',
      expected,
    });
  const refused = expectRefused('RFC 8471 3');
  yield of('nothing', 'no bytes at all', new Uint8Array(0), refused);
  yield of('one-byte', 'one byte', Buffer.of(0), refused);
  yield of('empty', 'a message without bindings', Buffer.of(0, 0), refused);
  yield of('binding-alone', 'a binding without the length of the message', binding, refused);
  // RFC 8471 does not mention bytes after the message.
  yield of('trailing-byte', 'a byte after the message', Buffer.concat([whole, Buffer.of(0)]));
  yield of('twice', 'a message after the message', Buffer.concat([whole, whole]));
  yield of(
    'length-over',
    'a length of one too many',
    withLength(whole, binding.length + 1),
    refused,
  );
  yield of(
    'length-under',
    'a length of one too few',
    withLength(whole, binding.length - 1),
    refused,
  );
  yield of('length-most', 'a length of 65535', withLength(whole, 0xffff), refused);
  for (const length of [1, 2, 5, 69, 70, 72, 100, 134, 135, 136]) {
    const cut = binding.subarray(0, length);
    const start = whole.subarray(0, 2 + length);
    yield of(`cut-${length}`, `a binding cut after ${length} bytes`, start, refused);
    yield of(`cut-${length}/fitting`, `a binding of ${length} bytes`, joinMessage([cut]), refused);
    const beside = joinMessage([binding, cut]);
    yield of(`cut-${length}/second`, `a second binding of ${length} bytes`, beside, refused);
  }
}

function withLength(message: Uint8Array, length: number): Uint8Array {
  const changed = Buffer.from(message);
  changed.writeUInt16BE(length);
  return changed;
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** The last 32 bytes of a number, big-endian. */
function number32(value: bigint): Uint8Array {
  return Buffer.from(BigInt.asUintN(256, value).toString(16).padStart(64, '0'), 'hex');
}
