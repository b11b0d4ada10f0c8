import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { decodeBase64url, encodeBase64url } from '../../src/wire.js';
import { refused } from '../support/refused.js';

describe('base64url', () => {
  it('round-trips every length', () => {
    for (let length = 0; length < 100; length++) {
      const bytes = randomBytes(length);
      const text = encodeBase64url(bytes);
      assert.match(text, /^[A-Za-z0-9_-]*$/);
      assert.deepEqual(Buffer.from(decodeBase64url(text, 'text')), bytes);
    }
  });

  it('encodes a view by its own bounds', () => {
    assert.equal(encodeBase64url(Uint8Array.of(9, 1, 2, 9).subarray(1, 3)), 'AQI');
  });

  const wrong: [name: string, text: string, offset: number][] = [
    ['padding', 'AQI=', 3],
    ['two characters of padding', 'AQ==', 2],
    ['a plus sign', 'AQ+I', 2],
    ['a slash', '/AQI', 0],
    ['a space before', ' AQI', 0],
    ['a line break after', 'AQI\n', 3],
    ['a tab inside', 'AQ\tI', 2],
    ['a NUL', 'AQI\0', 3],
    ['a character beyond ASCII', 'AQ\u0101I', 2],
    ['a comma, as between two header fields', 'AQI,AQI', 3],
    ['a length of 4n + 1', 'AAAAA', 4],
    ['bits after the last byte, one byte', 'AR', 1],
    ['bits after the last byte, two bytes', 'AAB', 2],
  ];
  for (const [text, problem] of [
    ['A,B', "has ',', a character outside the base64url alphabet: two header fields?"],
    ['A/B', "has '/', a character outside the base64url alphabet: this is base64, not base64url"],
    ['AA=', "has '=', a character outside the base64url alphabet: padding is not allowed"],
    ['A\u001bB', 'has a character outside the base64url alphabet'],
    ['A\u2028B', 'has a character outside the base64url alphabet'],
  ] as const) {
    it(`explains ${JSON.stringify(text)}, and repeats only printable ASCII`, () => {
      const { message, offset } = refused('ERR_TB_MALFORMED', () => decodeBase64url(text, 'text'));
      assert.equal(message, `text: ${problem} (at offset ${offset})`);
    });
  }
  for (const [name, text, offset] of wrong) {
    it(`rejects ${name}`, () => {
      const error = refused('ERR_TB_MALFORMED', () => decodeBase64url(text, 'Sec-Token-Binding'));
      assert.equal(error.offset, offset);
      assert.equal(error.path, 'Sec-Token-Binding');
    });
  }
});
