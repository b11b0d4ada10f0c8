import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { Hmac, type HmacDigest } from '../../src/sspi/kerberos/crypto/hmac.js';
import { bytes, hex } from '../support/ntlm.js';

const DIGESTS = { sha1: 20, sha256: 32, sha384: 48 } as const;

function compute(hmac: Hmac, parts: readonly Uint8Array[], length: number): string {
  const output = new Uint8Array(length + 5).fill(0xaa);
  hmac.compute(parts, output, 3, length);
  assert.equal(hex(output.subarray(0, 3)) + hex(output.subarray(3 + length)), 'aaaaaaaaaa');
  return hex(output.subarray(3, 3 + length));
}

describe('Hmac', () => {
  it('has the results of RFC 2202 3 and RFC 4231 4', () => {
    const text = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'));
    const question = text('what do ya want for nothing?');
    for (const [digest, key, message, expected] of [
      [
        'sha1',
        bytes('0b'.repeat(20)),
        text('Hi There'),
        'b617318655057264e28bc0b6fb378c8ef146be00',
      ],
      ['sha1', text('Jefe'), question, 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
      [
        'sha256',
        text('Jefe'),
        question,
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      ],
      [
        'sha384',
        text('Jefe'),
        question,
        'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
      ],
    ] as const) {
      assert.equal(compute(new Hmac(digest, key), [message], DIGESTS[digest]), expected);
    }
  });

  it('agrees with node:crypto for short and long messages, again and again', () => {
    const message = randomBytes(40_000);
    const lengths = [...Array.from({ length: 300 }, (_, index) => index), 4096, 17_407, 17_408];
    for (const digest of Object.keys(DIGESTS) as HmacDigest[]) {
      for (const length of [...lengths, 17_409, 17_472, 17_473, 40_000]) {
        const key = randomBytes(length % 65);
        const hmac = new Hmac(digest, key);
        const whole = message.subarray(0, length);
        const expected = createHmac(digest, key).update(whole).digest('hex');
        const middle = length >> 1;
        const parts = [whole.subarray(0, middle), whole.subarray(middle), new Uint8Array(0)];
        assert.equal(compute(hmac, [whole], DIGESTS[digest]), expected);
        assert.equal(compute(hmac, parts, 12), expected.slice(0, 24));
        assert.equal(compute(hmac, [whole], DIGESTS[digest]), expected);
      }
    }
  });
});
