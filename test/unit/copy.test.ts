import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allocateBytes, copyOf } from '../../src/bytes/copy.js';

const LENGTHS = [0, 1, 63, 64, 65, 66, 127, 1000, 4095, 4096, 4097, 8192, 65_537];

describe('copies of bytes', () => {
  it('are plain Uint8Arrays of the same bytes, in a memory that is not the original', () => {
    for (const length of LENGTHS) {
      const original = Buffer.alloc(length, 7);
      const copy = copyOf(original);
      assert.equal(Object.getPrototypeOf(copy), Uint8Array.prototype);
      assert.notEqual(copy.buffer, original.buffer);
      original.fill(1);
      assert.deepEqual(copy, new Uint8Array(length).fill(7));
    }
  });

  it('never overlap, however many there are', () => {
    const made = Array.from({ length: 2000 }, (_, index) => {
      return allocateBytes(LENGTHS[index % LENGTHS.length] as number).fill(index % 251);
    });
    for (const [index, bytes] of made.entries()) {
      assert.equal(bytes.length, LENGTHS[index % LENGTHS.length]);
      assert.ok(bytes.every((byte) => byte === index % 251));
    }
  });

  it('are not lost with another one that is transferred to another thread', () => {
    const [one, other] = [copyOf(Buffer.alloc(100, 1)), copyOf(Buffer.alloc(100, 2))];
    assert.equal(one.buffer, other.buffer);
    try {
      structuredClone(one, { transfer: [one.buffer as ArrayBuffer] });
    } catch (error) {
      // Node 21 and later refuse; Node 20 clones it instead.
      assert.equal((error as Error).name, 'DataCloneError');
    }
    assert.deepEqual(other, new Uint8Array(100).fill(2));
    assert.equal(copyOf(Buffer.alloc(100, 3)).length, 100);
  });
});
