import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withCopies, withCopy } from '../../src/bytes/call-memory.js';

const bytes = Uint8Array.of(1, 2, 3);

describe('the memory for the copies of a synchronous call', () => {
  it('holds a copy that later writes to the original do not reach', () => {
    const original = bytes.slice();
    withCopy(original, (copy) => {
      original.fill(9);
      assert.deepEqual(copy, bytes);
      assert.notEqual(copy.buffer, original.buffer);
    });
  });

  it('is not lent again to a call within a call, whether that ends or throws', () => {
    withCopy(bytes, (outer) => {
      withCopy(Uint8Array.of(7, 7, 7), (inner) => assert.notEqual(inner.buffer, outer.buffer));
      assert.throws(() => withCopies([Uint8Array.of(8, 8, 8)], fail), /within/);
      withCopies([Uint8Array.of(6), Uint8Array.of(6, 6)], (copies) => {
        for (const copy of copies) assert.notEqual(copy.buffer, outer.buffer);
      });
      assert.deepEqual(outer, bytes);
    });
  });

  it('is lent again after a call that threw', () => {
    const memory = withCopy(bytes, (copy) => copy.buffer);
    assert.throws(() => withCopy(bytes, fail), /within/);
    assert.equal(
      withCopy(bytes, (copy) => copy.buffer),
      memory,
    );
  });

  it('keeps several byte strings apart', () => {
    const list = [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)];
    withCopies(list, (copies) => assert.deepEqual(copies, list));
  });

  it('is not used for what is longer', () => {
    const long = new Uint8Array(65_538).fill(5);
    withCopy(long, (copy) => assert.deepEqual(copy, long));
  });
});

function fail(): never {
  throw new Error('within');
}
