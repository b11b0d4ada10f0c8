import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BoundedMap } from '../../src/tokenbinding/bounded-map.js';

describe('BoundedMap', () => {
  it('keeps used entries while others come and go', () => {
    const map = new BoundedMap<number, string>(4);
    map.set(0, 'used');
    for (let key = 1; key < 1000; key++) {
      map.set(key, 'passing');
      assert.equal(map.get(0), 'used');
    }
    assert.equal(map.get(1), undefined);
  });

  it('has at least its capacity and at most twice as many entries', () => {
    const map = new BoundedMap<number, number>(4);
    for (let key = 0; key < 1000; key++) map.set(key, key);
    const held = Array.from({ length: 1000 }, (_, key) => key).filter(
      (key) => map.get(key) !== undefined,
    );
    assert.ok(held.length >= 4 && held.length <= 8, String(held.length));
    assert.equal(held.at(-1), 999);
  });
});
