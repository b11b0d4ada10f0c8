import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { MessageSecurity } from '../../src/sspi/kerberos/protection/message-security.js';
import { SequenceCounter } from '../../src/sspi/kerberos/protection/sequence-counter.js';
import type { MessageBuffer, SealedOutput } from '../../src/sspi/provider.js';
import { etypeOf } from '../support/kerberos.js';
import { hex } from '../support/ntlm.js';
import { ascii, flipped } from '../support/sspi.js';

/** AES only: RFC 4121 protects no messages with rc4-hmac. */
const ETYPES = [17, 18, 19, 20];
const SEAL = { encrypt: true, sequence: 0 };
const SIGN = { encrypt: false, sequence: 0 };
const altered = { name: 'SspiError', code: 'SEC_E_MESSAGE_ALTERED' };
const outOfSequence = { name: 'SspiError', code: 'SEC_E_OUT_OF_SEQUENCE' };
const invalid = { name: 'SspiError', code: 'SEC_E_INVALID_TOKEN' };
const wrongQop = { name: 'SspiError', code: 'SEC_E_QOP_NOT_SUPPORTED' };

const buffers = (...parts: Uint8Array[]): MessageBuffer[] =>
  parts.map((bytes) => ({ bytes, flag: undefined }));
const message = ascii('pay 10 to Bob');
const good = buffers(message);

/** Both sides of a context. */
function contextOf(etype: number, options: { isAcceptorSubkey?: boolean; first?: number } = {}) {
  const own = ProtocolKey.generate(etypeOf(etype));
  const { isAcceptorSubkey = true, first = 0xfffffffe } = options;
  const firstSequence = { initiator: first, acceptor: 7 };
  const side = (role: 'initiator' | 'acceptor') => {
    const key = new ProtocolKey(own.etype, own.bytes);
    return new MessageSecurity({
      role,
      key,
      isAcceptorSubkey,
      isConfidential: true,
      firstSequence,
    });
  };
  return { initiator: side('initiator'), acceptor: side('acceptor'), key: own };
}

const input = ({ trailer, data }: SealedOutput) => ({
  trailer,
  buffers: buffers(...data),
  padding: new Uint8Array(0),
});
const wrapped = ({ trailer, data }: SealedOutput) =>
  new Uint8Array(Buffer.concat([trailer, ...data]));

/** The token with its body rotated `count` bytes to the right. */
function rotated(token: Uint8Array, count: number): Uint8Array {
  const copy = Buffer.from(token);
  const body = Buffer.from(token.subarray(16));
  const current = copy.readUInt16BE(6) % body.length;
  const straight = Buffer.concat([body.subarray(current), body.subarray(0, current)]);
  const cut = body.length - (count % body.length);
  copy.writeUInt16BE(count, 6);
  Buffer.concat([straight.subarray(cut), straight.subarray(0, cut)]).copy(copy, 16);
  return new Uint8Array(copy);
}

for (const etype of ETYPES) {
  describe(`Kerberos message security with ${etypeOf(etype).name}`, () => {
    const macLength = etypeOf(etype).checksumLength;

    it('signs and seals both ways, in order, past 2^32', () => {
      const { initiator, acceptor } = contextOf(etype);
      for (let round = 0; round < 5; round++) {
        for (const [from, to] of [
          [initiator, acceptor],
          [acceptor, initiator],
        ] as const) {
          const signature = from.sign(good);
          assert.equal(signature.length, 16 + macLength);
          assert.equal(signature.length, from.signatureLength);
          to.verify(good, signature);
          const sealed = from.encrypt(good, SEAL);
          assert.equal(sealed.trailer.length, from.trailerLength);
          assert.equal(sealed.trailer.length, 48 + macLength);
          assert.equal(sealed.data[0]?.length, message.length);
          assert.equal(hex(to.decrypt(input(sealed), SEAL)[0] as Uint8Array), hex(message));
          const unsealed = from.encrypt(good, SIGN);
          assert.equal(unsealed.trailer.length, 16 + macLength);
          assert.equal(hex(unsealed.data[0] as Uint8Array), hex(message));
          assert.equal(hex(to.unwrap(wrapped(unsealed), SIGN)), hex(message));
        }
      }
    });

    it('takes messages of several buffers, and empty ones', () => {
      const { initiator, acceptor } = contextOf(etype);
      for (const parts of [[], [ascii('')], [ascii('one'), ascii(''), ascii('two')]]) {
        const list = buffers(...parts);
        acceptor.verify(buffers(Buffer.concat(parts)), initiator.sign(list));
        const sealed = initiator.encrypt(list, SEAL);
        assert.deepEqual(acceptor.decrypt(input(sealed), SEAL).map(hex), parts.map(hex));
      }
    });

    it('takes any rotation', () => {
      for (const sealing of [SEAL, SIGN]) {
        for (const count of [0, 1, 16, 28, 30, 61, 1000, 65_535]) {
          const { initiator, acceptor } = contextOf(etype);
          const token = rotated(wrapped(initiator.encrypt(good, sealing)), count);
          assert.equal(hex(acceptor.unwrap(token, sealing)), hex(message));
        }
      }
    });

    it('takes any extra count of an encrypted message', () => {
      for (const count of [1, 16, 300]) {
        const { acceptor, key } = contextOf(etype);
        const header = Buffer.from('050406ff0000000000000000fffffffe', 'hex');
        header.writeUInt16BE(count, 4);
        const filler = new Uint8Array(count).fill(9);
        const body = key.encrypt(24, message, filler, header);
        const token = Buffer.concat([header, body]);
        assert.equal(hex(acceptor.unwrap(token, SEAL)), hex(message));
      }
    });

    it('rejects every altered bit of a signature and of its message, and then accepts the original', () => {
      const { initiator, acceptor } = contextOf(etype);
      const signature = initiator.sign(good);
      for (let bit = 0; bit < 8 * signature.length; bit++) {
        // The upper bits of Flags are reserved; the MAC covers them.
        assert.throws(() => acceptor.verify(good, flipped(signature, bit)), altered, `bit ${bit}`);
      }
      for (let bit = 0; bit < 8 * message.length; bit++) {
        assert.throws(() => acceptor.verify(buffers(flipped(message, bit)), signature), altered);
      }
      acceptor.verify(good, signature);
    });

    it('rejects every altered bit of a sealed message, and then accepts the original', () => {
      for (const sealing of [SEAL, SIGN]) {
        const { initiator, acceptor } = contextOf(etype);
        const token = wrapped(initiator.encrypt(good, sealing));
        for (let bit = 0; bit < 8 * token.length; bit++) {
          assert.throws(() => acceptor.unwrap(flipped(token, bit), sealing), altered, `bit ${bit}`);
        }
        for (let length = 0; length < token.length; length++) {
          assert.throws(() => acceptor.unwrap(token.subarray(0, length), sealing), {
            code: /SEC_E_(MESSAGE_ALTERED|INVALID_TOKEN)/,
          });
        }
        assert.throws(
          () => acceptor.unwrap(Buffer.concat([token, Buffer.alloc(1)]), sealing),
          altered,
        );
        assert.equal(hex(acceptor.unwrap(token, sealing)), hex(message));
      }
    });

    it('rejects an extra count beyond the message and one that is not authenticated', () => {
      const { acceptor, key } = contextOf(etype);
      const header = Buffer.from('050406ff0014000000000000fffffffe', 'hex');
      const tooMuch = Buffer.concat([header, key.encrypt(24, message, header)]);
      assert.throws(() => acceptor.unwrap(tooMuch, SEAL), altered);
      const inner = Buffer.from(header);
      inner.writeUInt16BE(0, 4);
      header.writeUInt16BE(3, 4);
      const differs = Buffer.concat([header, key.encrypt(24, message, inner)]);
      assert.throws(() => acceptor.unwrap(differs, SEAL), altered);
    });

    it('rejects a replay, a gap and a reordered message without losing count', () => {
      const { initiator, acceptor } = contextOf(etype);
      const [first, second, third] = [1, 2, 3].map(() => initiator.encrypt(good, SEAL)) as [
        SealedOutput,
        SealedOutput,
        SealedOutput,
      ];
      assert.throws(() => acceptor.decrypt(input(second), SEAL), outOfSequence);
      acceptor.decrypt(input(first), SEAL);
      assert.throws(() => acceptor.decrypt(input(first), SEAL), outOfSequence);
      assert.throws(() => acceptor.decrypt(input(third), SEAL), outOfSequence);
      acceptor.decrypt(input(second), SEAL);
      acceptor.decrypt(input(third), SEAL);
      const signature = initiator.sign(good);
      acceptor.verify(good, signature);
      assert.throws(() => acceptor.verify(good, signature), outOfSequence);
    });

    it('rejects a reflected message, and one of another context, kind or subkey', () => {
      const { initiator, acceptor } = contextOf(etype, { first: 7 });
      const signature = initiator.sign(good);
      const token = wrapped(initiator.encrypt(good, SEAL));
      assert.throws(() => initiator.verify(good, signature), altered);
      assert.throws(() => initiator.unwrap(token, SEAL), altered);
      const other = contextOf(etype, { first: 7 });
      assert.throws(() => other.acceptor.verify(good, signature), altered);
      assert.throws(() => other.acceptor.unwrap(token, SEAL), altered);
      const unsealed = wrapped(initiator.encrypt(good, SIGN));
      assert.throws(() => acceptor.unwrap(unsealed, SEAL), wrongQop);
      assert.throws(() => acceptor.unwrap(token, SIGN), wrongQop);
      const mixed = contextOf(etype, { isAcceptorSubkey: false, first: 7 });
      assert.throws(() => acceptor.verify(good, mixed.initiator.sign(good)), altered);
      // A MIC is no Wrap token, nor the other way about.
      assert.throws(() => acceptor.unwrap(signature, SIGN), altered);
      assert.throws(() => acceptor.verify(good, unsealed.subarray(0, 16 + macLength)), altered);
      acceptor.verify(good, signature);
    });

    it('rejects parts whose borders moved', () => {
      const { initiator, acceptor } = contextOf(etype);
      const { trailer, data } = initiator.encrypt(good, SEAL);
      const whole = Buffer.concat([trailer, ...data]);
      const cut = trailer.length + 1;
      const moved = { trailer: whole.subarray(0, cut), data: [whole.subarray(cut)] };
      assert.throws(() => acceptor.decrypt(input({ ...moved, padding: undefined }), SEAL), altered);
      acceptor.decrypt(input({ trailer, data, padding: undefined }), SEAL);
    });
  });
}

describe('Kerberos message security', () => {
  it('rejects a signature and a message of a wrong length', () => {
    const { acceptor } = contextOf(18);
    for (const length of [0, 16, 27, 29]) {
      assert.throws(() => acceptor.verify(good, new Uint8Array(length)), invalid);
    }
    assert.throws(() => acceptor.unwrap(new Uint8Array(15), SEAL), invalid);
    const header = Buffer.from('050406ff0000000000000000fffffffe', 'hex');
    assert.throws(() => acceptor.unwrap(header, SEAL), invalid);
  });

  it('takes no read-only buffers', () => {
    const { initiator } = contextOf(18);
    const readOnly = [{ bytes: message, flag: 'read-only' as const }];
    const unsupported = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };
    assert.throws(() => initiator.sign(readOnly), unsupported);
    assert.throws(() => initiator.encrypt(readOnly, SEAL), unsupported);
  });

  it('encrypts only on a context with confidentiality', () => {
    const key = ProtocolKey.generate(etypeOf(18));
    const side = (role: 'initiator' | 'acceptor') =>
      new MessageSecurity({
        role,
        key,
        isAcceptorSubkey: false,
        isConfidential: false,
        firstSequence: { initiator: 0, acceptor: 0 },
      });
    const [initiator, acceptor] = [side('initiator'), side('acceptor')];
    const unsupported = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };
    assert.throws(() => initiator.encrypt(good, SEAL), unsupported);
    const sealed = initiator.encrypt(good, SIGN);
    assert.throws(() => acceptor.decrypt(input(sealed), SEAL), unsupported);
    assert.deepEqual(acceptor.decrypt(input(sealed), SIGN).map(hex), [hex(message)]);
  });

  it('ends after 2^32 messages', () => {
    const counter = new SequenceCounter(0xffffffff, 2);
    for (const sequence of [0xffffffff, 0x100000000]) {
      assert.equal(counter.next, sequence);
      counter.advance();
    }
    assert.throws(() => counter.next, { code: 'SEC_E_CONTEXT_EXPIRED', status: 0x80090317 });
  });
});
