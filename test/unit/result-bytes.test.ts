import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copyResult, resultBytes } from '../../src/bytes/result-bytes.js';
import { open } from '../../src/index.js';
import { message, newEkm, signedBinding, testKey } from '../support/messages.js';

/** Around the lengths at which the memory changes. */
const LENGTHS = [0, 1, 64, 65, 300, 1024, 1025, 9000];

describe('the memory of results', () => {
  it('is zero, and belongs to one result only', () => {
    const results = Array.from({ length: 40 }, () => LENGTHS.map(resultBytes)).flat();
    for (const [index, bytes] of results.entries()) {
      assert.ok(bytes.every((byte) => byte === 0));
      bytes.fill(1 + (index % 255));
    }
    for (const [index, bytes] of results.entries()) {
      assert.equal(bytes.length, LENGTHS[index % LENGTHS.length]);
      assert.ok(bytes.every((byte) => byte === 1 + (index % 255)));
    }
  });

  it('is not transferred to another thread with one result', () => {
    const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)].map((byte) =>
      copyResult(Buffer.alloc(100, byte)),
    ) as [Uint8Array<ArrayBuffer>, Uint8Array];
    try {
      structuredClone(first, { transfer: [first.buffer] });
    } catch (error) {
      // From Node 22 on: Node 20 leaves the buffer where it is.
      assert.equal((error as Error).name, 'DataCloneError');
    }
    assert.deepEqual(second, new Uint8Array(100).fill(2));
  });

  it('is replaced after its buffer was detached', () => {
    const { buffer } = copyResult(new Uint8Array(100)) as Uint8Array<ArrayBuffer>;
    try {
      (buffer as { transfer?: () => void }).transfer?.();
    } catch (error) {
      // Newer Nodes do not detach a buffer that is marked as untransferable.
      assert.ok(error instanceof TypeError);
    }
    assert.deepEqual(copyResult(Buffer.alloc(100, 3)), new Uint8Array(100).fill(3));
  });

  it('is never the memory of an argument or of a kept key', () => {
    const ekm = newEkm();
    const whole = message(signedBinding(testKey('ecdsap256'), ekm));
    const provider = open({ provider: 'portable' });
    const expected = { keyType: 'ecdsap256', ekm } as const;
    for (let time = 0; time < 4; time++) {
      const [result] = provider.verifyMessageSync(whole, expected);
      new Uint8Array(result?.identifier.buffer as ArrayBuffer).fill(0);
    }
    assert.equal(provider.verifyMessageSync(whole, expected).length, 1);
  });
});
