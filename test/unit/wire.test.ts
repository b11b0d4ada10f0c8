import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeBase64url,
  decodeExtensions,
  decodeNegotiation,
  decodeTokenBindingKey,
  decodeTokenBindingMessage,
  encodeBase64url,
  tokenBindingHash,
} from '../../src/wire.js';

describe('wire', () => {
  it('refuses what is no Uint8Array, and names the argument', () => {
    const functions = [
      [encodeBase64url, 'bytes'],
      [decodeTokenBindingMessage, 'message'],
      [decodeTokenBindingKey, 'identifier'],
      [decodeExtensions, 'extensions'],
      [decodeNegotiation, 'body'],
      [tokenBindingHash, 'identifier'],
    ] as const;
    for (const [decode, argument] of functions) {
      for (const value of [undefined, null, 'AgBB', [2], new ArrayBuffer(8), new Uint16Array(8)]) {
        assert.throws(() => decode(value as never), {
          name: 'TypeError',
          message: new RegExp(`^${argument} must be `),
        });
      }
    }
    for (const value of [undefined, 7, Buffer.from('AIkA')]) {
      assert.throws(() => decodeBase64url(value as never, 'header'), TypeError);
    }
  });

  it('lists the extensions of raw extension data', () => {
    const raw = Buffer.from('2a000401020304ff0000', 'hex');
    const list = decodeExtensions(raw);
    assert.deepEqual(
      list.map(({ extensionType, extensionData }) => [extensionType, extensionData.length]),
      [
        [42, 4],
        [255, 0],
      ],
    );
  });
});
