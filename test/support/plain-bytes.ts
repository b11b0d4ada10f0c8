import assert from 'node:assert/strict';

/** Asserts that a value is a Uint8Array and no subclass: those print and compare differently. */
export function assertPlain(name: string, value: unknown): asserts value is Uint8Array {
  assert.ok(value instanceof Uint8Array, name);
  assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype, name);
  assert.equal(value.constructor, Uint8Array, name);
  assert.equal(JSON.stringify(value), JSON.stringify(Uint8Array.from(value)), name);
}
