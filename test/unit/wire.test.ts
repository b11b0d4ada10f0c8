import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeBase64url,
  decodeExtensions,
  decodeNegotiation,
  decodeTokenBindingKey,
  decodeTokenBindingMessage,
  encodeBase64url,
  encodeNegotiation,
  tokenBindingHash,
} from '../../src/wire.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';

describe('wire', () => {
  it('rejects anything but a Uint8Array, and names the argument', () => {
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
      assert.throws(
        () => decodeBase64url(value as never),
        /^TypeError: base64url must be a string(: it is missing)?$/,
      );
    }
    assert.throws(() => decodeBase64url('A='), { path: 'base64url' });
  });

  it('returns plain Uint8Arrays, for every length and every class of input', () => {
    const isPlain = (bytes: Uint8Array | undefined) =>
      assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
    for (let length = 0; length < 300; length++) {
      const bytes = decodeBase64url(encodeBase64url(Buffer.alloc(length, 7)), 'text');
      isPlain(bytes);
      assert.equal(JSON.stringify(bytes), JSON.stringify(new Uint8Array(length).fill(7)));
    }
    for (const length of [1, 2, 100, 255]) {
      const keyTypes = new Array<number>(length).fill(7);
      isPlain(encodeNegotiation({ version: { major: 1, minor: 0 }, keyTypes }));
    }
    const key = testKey('ecdsap256');
    const extensions = Buffer.from('2a000401020304', 'hex');
    const whole = message(signedBinding(key, newEkm(), { extensions }));
    for (const bytes of [whole, new Uint8Array(whole)]) {
      const [binding] = decodeTokenBindingMessage(bytes);
      isPlain(binding?.tokenBindingID.bytes);
      isPlain(binding?.signature);
      isPlain(binding?.extensions);
    }
    const point = decodeTokenBindingKey(key.identifier);
    isPlain(point.kind === 'ec' ? point.point : undefined);
    isPlain(decodeExtensions(extensions)[0]?.extensionData);
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
