import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { HmacSha1 } from '../../src/sspi/crypto/hmac-sha1.js';
import { bytes, hex } from '../support/ntlm.js';

describe('HmacSha1', () => {
  it('has the results of RFC 2202 3', () => {
    const text = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'));
    for (const [key, message, expected] of [
      [bytes('0b'.repeat(20)), text('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
      [
        text('Jefe'),
        text('what do ya want for nothing?'),
        'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
      ],
      [bytes('aa'.repeat(20)), bytes('dd'.repeat(50)), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
    ] as const) {
      assert.equal(hex(new HmacSha1(key).compute([message], 20)), expected);
    }
  });

  it('agrees with node:crypto for every length and key, again and again', () => {
    const message = randomBytes(600);
    for (let length = 0; length <= message.length; length++) {
      const key = randomBytes(length % 65);
      const hmac = new HmacSha1(key);
      const whole = message.subarray(0, length);
      const expected = createHmac('sha1', key).update(whole).digest('hex');
      const middle = length >> 1;
      const parts = [whole.subarray(0, middle), whole.subarray(middle), new Uint8Array(0)];
      assert.equal(hex(hmac.compute([whole], 20)), expected);
      assert.equal(hex(hmac.compute(parts, 12)), expected.slice(0, 24));
      assert.equal(hex(hmac.compute([whole], 20)), expected);
    }
  });
});
