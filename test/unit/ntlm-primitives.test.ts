import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { MessageHmac } from '../../src/sspi/crypto/hmac-md5.js';
import { md4 } from '../../src/sspi/crypto/md4.js';
import { Rc4, rc4 } from '../../src/sspi/crypto/rc4.js';
import { dateOf, filetimeNow } from '../../src/sspi/ntlm/av-pairs.js';
import { flagNames, flagsOf } from '../../src/sspi/ntlm/flags.js';
import { upperCase } from '../../src/sspi/ntlm/text.js';
import { fromUtf16, utf16 } from '../../src/sspi/utf16.js';
import { bytes, hex } from '../support/ntlm.js';
import { ascii } from '../support/sspi.js';

describe('MD4', () => {
  it('has the digests of RFC 1320 A.5', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const suite = {
      '': '31d6cfe0d16ae931b73c59d7e0c089c0',
      a: 'bde52cb31de33e46245e05fbdbd6fb24',
      abc: 'a448017aaf21d8525fc10ae87aa6729d',
      'message digest': 'd9130a8164549fe818874806e1c7014b',
      [letters.slice(26, 52)]: 'd79e1c308aa5bbcdeea8ed63df412da9',
      [letters]: '043f8582f241db351ce627e153e7f0e4',
      ['1234567890'.repeat(8)]: 'e33b4ddc9c38f2199c3e7b164fcc0536',
    };
    for (const [text, digest] of Object.entries(suite)) assert.equal(hex(md4(ascii(text))), digest);
  });

  it('pads every length of two blocks differently', () => {
    const digests = Array.from({ length: 129 }, (_, length) => hex(md4(new Uint8Array(length))));
    assert.equal(new Set(digests).size, digests.length);
  });
});

describe('HMAC of messages', () => {
  it('is HMAC-MD5 over the sequence number and the message, for every length', () => {
    const lengths = [...Array(200).keys(), 2043, 2044, 2047, 2048, 2049, 4096, 20_000];
    for (const length of lengths) {
      const key = randomBytes(16);
      const message = new Uint8Array(randomBytes(length));
      const sequence = randomBytes(4);
      const hmac = new MessageHmac(key);
      const output = new Uint8Array(12);
      // Twice: leftovers of the first call must not change the second.
      for (const offset of [4, 0]) {
        hmac.checksum(sequence.readUInt32LE(), message, output, offset);
        const wanted = createHmac('md5', key).update(sequence).update(message).digest('hex');
        assert.equal(hex(output.subarray(offset, offset + 8)), wanted.slice(0, 16), `${length}`);
      }
    }
  });
});

describe('RC4', () => {
  it('has the key streams of RFC 6229', () => {
    const streams = {
      '0102030405': 'b2396305f03dc027ccc3524a0a1118a8',
      '01020304050607': '293f02d47f37c9b633f2af5285feb46b',
      '0102030405060708090a0b0c0d0e0f10': '9ac7cc9a609d1ef7b2932899cde41b97',
    };
    for (const [key, stream] of Object.entries(streams)) {
      assert.equal(hex(rc4(bytes(key), new Uint8Array(16))), stream);
    }
  });

  it('has the key stream of RFC 6229 after 4,096 bytes', () => {
    const stream = rc4(bytes('0102030405'), new Uint8Array(4112)).subarray(4096);
    assert.equal(hex(stream), 'ff25b58995996707e51fbdf08b34d875');
  });

  it('encrypts a long message as it encrypts single bytes', () => {
    const key = bytes('0102030405060708090a0b0c0d0e0f10');
    for (const length of [255, 256, 257, 1001, 4095, 4096, 4097, 8192, 8193, 10_003]) {
      const message = new Uint8Array(randomBytes(length));
      const [whole, single] = [new Rc4(key), new Rc4(key)];
      // Twice: the stream goes on.
      for (const start of [0, 3]) {
        const [output, wanted] = [new Uint8Array(length), new Uint8Array(length)];
        for (let index = start; index < length; index++) {
          single.update(message, wanted, index, index + 1);
        }
        whole.update(message, output, start);
        assert.deepEqual(output, wanted, `${length}`);
      }
    }
  });

  it('continues its stream, in any pieces and from a copy', () => {
    const key = bytes('0102030405');
    const message = new Uint8Array(randomBytes(1000));
    const whole = rc4(key, message);
    const stream = new Rc4(key);
    const place = new Rc4();
    const output = new Uint8Array(1000);
    stream.update(message, output, 0, 1);
    stream.update(message, output, 1, 400);
    place.copy(stream);
    for (const again of [stream, place]) {
      again.update(message, output, 400, 1000);
      assert.equal(hex(output), hex(whole));
      output.fill(0, 400);
    }
  });
});

describe('text', () => {
  it('is UTF-16LE, lone surrogates included', () => {
    for (const text of ['', 'a', 'é\u0000😀', '\ud800', '\udc00x']) {
      assert.equal(hex(utf16(text)), Buffer.from(text, 'utf16le').toString('hex'));
      assert.equal(fromUtf16(utf16(text)), text);
    }
  });

  it('is converted to upper case by single units, as on Windows', () => {
    assert.equal(upperCase('aéя'), 'AÉЯ');
    assert.equal(upperCase('straße ŉ ﬁ'), 'STRAßE ŉ ﬁ');
    assert.equal(upperCase('ışık µ ſ ǆ ǅ Ǆ'), 'ıŞıK µ ſ Ǆ ǅ Ǆ');
    assert.equal(upperCase('οδυσσεύς ÿ ș'), 'ΟΔΥΣΣΕΎΣ Ÿ Ș');
    assert.equal(upperCase('\u{10428}'), '\u{10428}');
  });
});

describe('times and flags', () => {
  it('a FILETIME counts from 1601', () => {
    assert.equal(dateOf(bytes('0000000000000000')), '1601-01-01T00:00:00.000Z');
    assert.equal(dateOf(bytes('00803ed5deb19d01')), '1970-01-01T00:00:00.000Z');
    assert.equal(dateOf(bytes('ffffffffffffffff')), '+060056-05-28T05:36:10.955Z');
    const before = Date.now();
    const now = Date.parse(dateOf(filetimeNow()));
    assert.ok(before <= now && now <= Date.now());
  });

  it('flags have names, and unknown ones numbers', () => {
    const flags = flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_56');
    assert.equal(flags, 0x80000010);
    assert.deepEqual(flagNames(flags | 8), ['0x00000008', 'NEGOTIATE_SIGN', 'NEGOTIATE_56']);
  });
});
