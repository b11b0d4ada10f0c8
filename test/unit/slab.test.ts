import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Slab } from '../../src/bytes/slab.js';

describe('Slab', () => {
  it('gives out zeros, no part of a memory twice, each from a whole word on', () => {
    const slab = new Slab(256, 64);
    const lengths = Array.from({ length: 400 }, (_, index) => 1 + ((index * 7) % 64));
    const arrays = lengths.map((length, index) => {
      const bytes = slab.take(length);
      assert.ok(
        bytes.every((byte) => byte === 0),
        `array ${index}`,
      );
      bytes.fill(index % 251);
      return bytes;
    });
    for (const [index, bytes] of arrays.entries()) {
      assert.equal(bytes.length, lengths[index]);
      assert.ok(bytes.every((byte) => byte === index % 251));
      assert.equal(bytes.byteOffset % 4, 0);
      assert.equal(bytes.buffer.byteLength, 256);
    }
    assert.ok(new Set(arrays.map(({ buffer }) => buffer)).size < 100, 'they share memories');
  });

  it('fills a memory to its end', () => {
    const slab = new Slab(64, 64);
    const [first, second, third] = [slab.take(32), slab.take(32), slab.take(1)];
    assert.equal(first.buffer, second.buffer);
    assert.notEqual(second.buffer, third.buffer);
  });

  it('gives a long array a memory of its own, and an empty one none of the others', () => {
    const slab = new Slab(256, 64);
    const before = slab.take(4);
    for (const length of [65, 256, 1000, 0]) {
      const bytes = slab.take(length);
      assert.deepEqual([bytes.length, bytes.buffer.byteLength], [length, length]);
    }
    assert.equal(slab.take(64).buffer, before.buffer);
  });
});
