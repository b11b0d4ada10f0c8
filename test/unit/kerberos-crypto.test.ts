import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { sharedBytes } from '../../src/bytes/shared-bytes.js';
import { CtsDecryptor, CtsEncryptor } from '../../src/sspi/kerberos/crypto/cts-cipher.js';
import { KeyDeriver } from '../../src/sspi/kerberos/crypto/derive-keys.js';
import { findEtype } from '../../src/sspi/kerberos/crypto/etypes.js';
import { Hmac } from '../../src/sspi/kerberos/crypto/hmac.js';
import { kdfHmacSha2 } from '../../src/sspi/kerberos/crypto/kdf-hmac-sha2.js';
import { nFold } from '../../src/sspi/kerberos/crypto/n-fold.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import { PURPOSE, usageConstant } from '../../src/sspi/kerberos/crypto/usage-constants.js';
import { SspiError } from '../../src/sspi.js';
import { cryptoVectors, ETYPE_NUMBERS, etypeOf, keyOf } from '../support/kerberos.js';
import { bytes, hex } from '../support/ntlm.js';
import { pollute } from '../support/pollution.js';
import { assertHidden } from '../support/secrets.js';

const ALL = { minIterations: 1, maxIterations: 2 ** 32 };
const ALTERED = { name: 'SspiError', code: 'SEC_E_MESSAGE_ALTERED' };
const text = (value: string) => new TextEncoder().encode(value);

describe('Kerberos cryptography: the vectors of the RFCs and of MIT Kerberos', () => {
  it('n-fold', () => {
    for (const vector of cryptoVectors.nFold.vectors) {
      assert.equal(hex(nFold(text(vector.text), vector.bits / 8)), vector.result);
    }
  });

  it('derived keys', () => {
    for (const { etype, key, constant, result } of cryptoVectors.derive.vectors) {
      const derived =
        etype < 19
          ? new KeyDeriver(bytes(key)).derive([bytes(constant)])[0]
          : kdfHmacSha2(
              new Hmac(etype === 19 ? 'sha256' : 'sha384', bytes(key)),
              bytes(constant),
              result.length / 2,
            );
      assert.equal(hex(derived ?? bytes('')), result);
    }
  });

  it('ciphertext stealing, with one cipher object for every message', () => {
    const { key, text: whole, vectors } = cryptoVectors.cts;
    const encryptor = new CtsEncryptor(bytes(key));
    const decryptor = new CtsDecryptor(bytes(key));
    for (const { length, result } of [...vectors, ...vectors]) {
      const plaintext = text(whole.slice(0, length));
      const padded = new Uint8Array(16 * Math.ceil(length / 16));
      padded.set(plaintext);
      const output = encryptor.encrypt(padded, length);
      assert.equal(hex(output), result);
      for (const isSecret of [false, true, false]) {
        assert.equal(hex(decryptor.decrypt(output, isSecret)), hex(plaintext));
      }
      assert.equal(hex(output), result, 'the ciphertext is not altered');
    }
    encryptor.close();
    decryptor.close();
  });

  it('keys of passwords', async () => {
    const { vectors } = cryptoVectors.stringToKey;
    for (const { etype, password, salt, params, result } of vectors) {
      const s2kparams = params === null ? undefined : bytes(params);
      const key = await etypeOf(etype).stringToKey(password, bytes(salt), s2kparams, ALL);
      assert.equal(hex(key), result, `${etype}, ${password}`);
    }
    assert.deepEqual(
      ETYPE_NUMBERS.filter((number) => !vectors.some(({ etype }) => etype === number)),
      [],
    );
  });

  it('encrypted messages', () => {
    const { vectors } = cryptoVectors.decrypt;
    for (const { etype, plaintext, usage, key, ciphertext } of vectors) {
      const protocolKey = keyOf(etype, key);
      for (let time = 0; time < 2; time++) {
        assert.equal(hex(protocolKey.decrypt(usage, bytes(ciphertext))), plaintext);
      }
      const own = protocolKey.encrypt(usage, bytes(plaintext));
      assert.equal(own.length, ciphertext.length / 2);
      assert.notEqual(hex(own), ciphertext);
      assert.equal(hex(keyOf(etype, key).decrypt(usage, own)), plaintext);
    }
  });

  it('checksums', () => {
    const { vectors } = cryptoVectors.checksum;
    for (const { etype, data, usage, key, checksum } of vectors) {
      const protocolKey = keyOf(etype, key);
      assert.equal(hex(protocolKey.checksum(usage, bytes(data))), checksum);
      const parts = [bytes(data).subarray(0, 3), bytes(data).subarray(3)];
      protocolKey.verifyChecksum(usage, bytes(checksum), ...parts);
      assert.equal(checksum.length / 2, protocolKey.etype.checksumLength);
    }
  });

  it('the pseudo-random function', () => {
    for (const { etype, key, input, result } of cryptoVectors.prf.vectors) {
      assert.equal(hex(keyOf(etype, key).prf(bytes(input))), result);
    }
  });
});

describe('encryption types', () => {
  it('are found by their number, rc4-hmac only if it is allowed, DES and others never', () => {
    const table = ETYPE_NUMBERS.map((number) => {
      const { name, keyLength, checksumType, checksumLength } = etypeOf(number);
      return [name, keyLength, checksumType, checksumLength];
    });
    // RFC 3962 7, RFC 8009 7, RFC 4757 4 and the registries of IANA
    assert.deepEqual(table, [
      ['aes128-cts-hmac-sha1-96', 16, 15, 12],
      ['aes256-cts-hmac-sha1-96', 32, 16, 12],
      ['aes128-cts-hmac-sha256-128', 16, 19, 16],
      ['aes256-cts-hmac-sha384-192', 32, 20, 24],
      ['rc4-hmac', 16, -138, 16],
    ]);
    assert.equal(findEtype(23), undefined);
    assert.equal(findEtype(23, []), undefined);
    for (const number of [-1, 0, 1, 2, 3, 5, 7, 16, 21, 22, 24, 25, 26]) {
      assert.equal(findEtype(number, ['rc4-hmac']), undefined);
    }
  });
});

for (const number of ETYPE_NUMBERS) {
  const etype = etypeOf(number);
  describe(etype.name, () => {
    it('decrypts what it encrypted, of every length, in parts or whole', () => {
      const key = ProtocolKey.generate(etype);
      const other = new ProtocolKey(etype, key.bytes);
      const message = randomBytes(70);
      for (let length = 0; length <= message.length; length++) {
        const whole = message.subarray(0, length);
        const parts = [whole.subarray(0, 5), whole.subarray(5)];
        assert.equal(hex(other.decrypt(2, key.encrypt(2, ...parts))), hex(whole));
        assert.equal(hex(key.decrypt(2, other.encrypt(2, whole))), hex(whole));
      }
      assert.notEqual(hex(key.encrypt(2, message)), hex(key.encrypt(2, message)));
    });

    it('decrypts messages around the lengths of shared memory, at every alignment', () => {
      const key = ProtocolKey.generate(etype);
      const whole = randomBytes(70_000);
      for (const length of [
        999, 1008, 1009, 1023, 1024, 1025, 2031, 2032, 2033, 4095, 4097, 70_000,
      ]) {
        const message = whole.subarray(0, length);
        const ciphertext = key.encrypt(2, message);
        for (const offset of [0, 1, 2, 3]) {
          const moved = new Uint8Array(offset + ciphertext.length).subarray(offset);
          moved.set(ciphertext);
          assert.equal(hex(key.decrypt(2, moved)), hex(message), `${length} at ${offset}`);
          assert.equal(hex(key.decryptMessage(2, moved)), hex(message), `${length} at ${offset}`);
          assert.equal(hex(moved), hex(ciphertext));
        }
      }
    });

    it('is the same key if it derives what several usages need together', () => {
      const key = ProtocolKey.generate(etype);
      const other = new ProtocolKey(etype, key.bytes);
      other.deriveTogether([11, 12, 13]);
      for (const usage of [11, 12, 13, 14]) {
        const message = text(`of usage ${usage}`);
        assert.equal(hex(other.decrypt(usage, key.encrypt(usage, message))), hex(message));
        assert.equal(hex(key.decrypt(usage, other.encrypt(usage, message))), hex(message));
        const [right, wrong] = [other.checksum(usage, message), other.checksum(usage + 1, message)];
        key.verifyChecksum(usage, right, message);
        assert.throws(() => key.verifyChecksum(usage, wrong, message), ALTERED);
        assert.throws(() => other.decrypt(usage, key.encrypt(usage + 1, message)), ALTERED);
      }
      other.close();
      assert.throws(() => other.deriveTogether([15]), { code: 'SEC_E_INVALID_HANDLE' });
    });

    it('stays as it is when other keys, which share its memory, are made and closed', () => {
      const keys = Array.from({ length: 100 }, () => ProtocolKey.generate(etype));
      const before = keys.map((key) => hex(key.bytes));
      for (const key of keys) key.encrypt(2, text('message'));
      for (const [index, key] of keys.entries()) if (index % 2 === 0) key.close();
      for (const [index, key] of keys.entries()) {
        if (index % 2 === 1) assert.equal(hex(key.bytes), before[index]);
      }
      assert.equal(new Set(before).size, keys.length);
    });

    it('is not disturbed by other calls from an accessor of Object.prototype, which Node runs', () => {
      const message = text('a message of three blocks in this test.');
      const disturb = (work: () => Uint8Array) => {
        let calls = 0;
        let isInside = false;
        const descriptor = {
          configurable: true,
          set() {
            if (isInside) return;
            isInside = true;
            const key = ProtocolKey.generate(etype);
            key.decryptMessage(7, key.encrypt(7, message.slice().fill(1)));
            isInside = false;
            calls++;
          },
        };
        Object.defineProperty(Object.prototype, '_options', descriptor);
        try {
          return work();
        } finally {
          Reflect.deleteProperty(Object.prototype, '_options');
          assert.ok(calls > 0, 'Node ran the accessor');
        }
      };
      const key = ProtocolKey.generate(etype);
      const other = () => new ProtocolKey(etype, key.bytes);
      const ciphertext = disturb(() => key.encrypt(7, message));
      assert.equal(hex(other().decrypt(7, ciphertext)), hex(message));
      for (const reader of [other(), other()]) {
        assert.equal(hex(disturb(() => reader.decrypt(7, ciphertext))), hex(message));
      }
    });

    it('rejects each altered bit, each shorter message, and other keys and usages', () => {
      const key = ProtocolKey.generate(etype);
      const message = key.encrypt(7, text('a message of three blocks in this test.'));
      for (let bit = 0; bit < 8 * message.length; bit++) {
        const altered = new Uint8Array(message);
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        assert.throws(() => key.decrypt(7, altered), ALTERED);
      }
      for (let length = 0; length < message.length; length++) {
        assert.throws(() => key.decrypt(7, message.subarray(0, length)), ALTERED);
      }
      assert.throws(() => key.decrypt(8, message), ALTERED);
      assert.throws(() => ProtocolKey.generate(etype).decrypt(7, message), ALTERED);
      assert.equal(key.decrypt(7, message).length, 39);
    });

    it('rejects each altered bit of a checksum, other lengths, data, keys and usages', () => {
      const key = ProtocolKey.generate(etype);
      const data = text('data');
      const checksum = key.checksum(6, data);
      key.verifyChecksum(6, checksum, data);
      for (let bit = 0; bit < 8 * checksum.length; bit++) {
        const altered = new Uint8Array(checksum);
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        assert.throws(() => key.verifyChecksum(6, altered, data), ALTERED);
      }
      for (const wrong of [checksum.subarray(1), new Uint8Array(0), new Uint8Array(64)]) {
        assert.throws(() => key.verifyChecksum(6, wrong, data), ALTERED);
      }
      assert.throws(() => key.verifyChecksum(6, checksum, text('Data')), ALTERED);
      assert.throws(() => key.verifyChecksum(5, checksum, data), ALTERED);
      const other = ProtocolKey.generate(etype);
      assert.throws(() => other.verifyChecksum(6, checksum, data), ALTERED);
    });

    it('rejects keys of another length, and names no byte of them', () => {
      for (const length of [0, 8, etype.keyLength - 1, etype.keyLength + 1, 64]) {
        const secret = randomBytes(length);
        assert.throws(
          () => new ProtocolKey(etype, secret),
          (error) => {
            assert.ok(error instanceof SspiError && error.code === 'SEC_E_INVALID_TOKEN');
            if (length > 0) assertHidden(error, [secret]);
            return true;
          },
        );
      }
    });

    it('is overwritten when its last holder closes it', () => {
      const first = ProtocolKey.generate(etype);
      const second = first.share();
      const held = first.bytes;
      const message = first.encrypt(1, text('x'));
      first.close();
      first.close();
      assert.throws(() => first.share(), { code: 'SEC_E_INVALID_HANDLE' });
      assert.throws(() => first.decrypt(1, message), { code: 'SEC_E_INVALID_HANDLE' });
      assert.equal(hex(second.decrypt(1, message)), hex(text('x')));
      const third = second.share();
      second.close();
      assert.equal(hex(third.decrypt(1, message)), hex(text('x')));
      third.close();
      assert.ok(held.every((byte) => byte === 0));
    });

    it('overwrites the key when it is closed, and refuses work afterwards', () => {
      const bytesBefore = randomBytes(etype.keyLength);
      const key = new ProtocolKey(etype, bytesBefore);
      const held = key.bytes;
      const message = key.encrypt(1, text('x'));
      assert.equal(hex(held), hex(bytesBefore));
      assertHidden(key, [bytesBefore]);
      key.close();
      key.close();
      assert.equal(hex(held), '00'.repeat(etype.keyLength));
      const closed = { code: 'SEC_E_INVALID_HANDLE' };
      assert.throws(() => key.encrypt(1, text('x')), closed);
      assert.throws(() => key.decrypt(1, message), closed);
      assert.throws(() => key.checksum(1, message), closed);
      assert.throws(() => key.prf(message), closed);
      assert.throws(() => key.bytes, closed);
    });
  });
}

describe('keys that are derived together', () => {
  for (const number of [17, 18]) {
    it(`are overwritten at the end, also the unused ones: ${etypeOf(number).name}`, () => {
      const key = ProtocolKey.generate(etypeOf(number));
      let first = sharedBytes(1024);
      while (first.byteOffset > 0) first = sharedBytes(1024);
      const memory = Buffer.from(first.buffer);
      key.deriveTogether([11, 12]);
      const deriver = new KeyDeriver(key.bytes);
      const wanted = [11, 12].flatMap((usage) =>
        Object.values(PURPOSE).map((purpose) => {
          const [derived] = deriver.derive([usageConstant(usage, purpose)]) as [Uint8Array];
          const copy = Buffer.from(derived);
          derived.fill(0);
          return copy;
        }),
      );
      const found = () => wanted.map((derived) => memory.includes(derived));
      const [kc, ke, ki] = [false, true, true];
      assert.deepEqual(found(), [kc, ke, ki, kc, ke, ki]);
      key.encrypt(11, text('x'));
      assert.deepEqual(found(), [kc, false, false, kc, ke, ki], 'that of 11 is used');
      key.deriveTogether([12, 12]);
      key.close();
      assert.ok(!found().includes(true));
    });
  }
});

describe('options that node:crypto would read from Object.prototype', () => {
  it('have no effect on Kerberos keys', () => {
    const options = {
      encoding: 'hex',
      outputLength: 3,
      authTagLength: 4,
      key: 'key',
      fatal: false,
    };
    for (const number of ETYPE_NUMBERS) {
      const key = ProtocolKey.generate(etypeOf(number));
      const [message, prf, checksum] = pollute(options, () => {
        const other = new ProtocolKey(key.etype, key.bytes);
        return [other.encrypt(3, text('message')), other.prf(text('x')), other.checksum(3)];
      });
      assert.equal(hex(key.decrypt(3, message)), hex(text('message')));
      assert.equal(hex(key.prf(text('x'))), hex(prf));
      key.verifyChecksum(3, checksum);
    }
  });
});

describe('string-to-key parameters of a KDC', () => {
  const salt = text('EXAMPLE.COMalice');
  const refused = { name: 'SspiError', code: 'SEC_E_UNSUPPORTED_PREAUTH' };

  for (const number of [17, 18, 19, 20]) {
    const etype = etypeOf(number);
    it(`have a bounded iteration count: ${etype.name}`, async () => {
      // 2^32, 2^32 - 1, 2^20 + 1, 1 and 4,095 iterations, and other lengths
      for (const params of ['00000000', 'ffffffff', '00100001', '00000001', '00000fff']) {
        await assert.rejects(etype.stringToKey('password', salt, bytes(params)), refused);
      }
      for (const params of ['', '001000', '0000001000']) {
        await assert.rejects(etype.stringToKey('password', salt, bytes(params)), refused);
      }
      const limits = { minIterations: 10, maxIterations: 20 };
      const withCount = (count: number) =>
        etype.stringToKey('password', salt, Uint8Array.of(0, 0, 0, count), limits);
      assert.notEqual(hex(await withCount(10)), hex(await withCount(20)));
      await assert.rejects(withCount(9), refused);
      await assert.rejects(withCount(21), refused);
    });
  }

  it('do not exist for rc4-hmac', async () => {
    const etype = etypeOf(23);
    await assert.rejects(etype.stringToKey('password', salt, bytes('00001000')), refused);
    const key = await etype.stringToKey('password', salt, bytes(''));
    assert.equal(hex(key), '8846f7eaee8fb117ad06bdd830b7586c');
  });
});
