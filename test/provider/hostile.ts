import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { message, newEkm, signature, signedBinding, testKey } from '../support/messages.js';
import { newDomain } from './domains.js';
import { type ProviderUnderTest, refusalsOf } from './under-test.js';

/** Objects that differ between their check and their use. */
export function describeHostileObjects(provider: ProviderUnderTest): void {
  const { name, open } = provider;
  const { refused } = refusalsOf(provider);
  describe(`hostile objects: ${name}`, () => {
    const ekm = newEkm();
    const key = testKey('ecdsap256');
    const whole = message(signedBinding(key, ekm));
    const expected = { keyType: 'ecdsap256', ekm } as const;

    it('uses the real length of an array that reports another', () => {
      const tokenBinding = open();
      tokenBinding.verifyMessageSync(whole, expected);
      const empty = Object.defineProperty(new Uint8Array(0), 'length', { value: 32 });
      assert.throws(
        () => tokenBinding.verifyMessageSync(whole, { ...expected, ekm: empty }),
        RangeError,
      );
      const request = { targetUrl: 'https://a.example/', bindingType: 'provided' } as const;
      assert.throws(
        () => tokenBinding.generateBindingSync({ ...request, keyType: 'ecdsap256', ekm: empty }),
        RangeError,
      );
      const short = Object.defineProperty(new Uint8Array(139), 'length', { value: 9000 });
      refused('ERR_TB_MALFORMED', () => tokenBinding.generateMessageSync([short]));
    });

    it('rejects an array that hides its shared memory', () => {
      const shared = new Uint8Array(new SharedArrayBuffer(whole.length));
      shared.set(whole);
      Object.defineProperty(shared, 'buffer', { value: new ArrayBuffer(whole.length) });
      assert.throws(() => open().verifyMessageSync(shared, expected), TypeError);
    });

    it('calls no own method of an array, which could put another key into the cache', () => {
      const tokenBinding = open();
      const thief = testKey('ecdsap256');
      const forgery = message(
        Buffer.concat([
          Buffer.from([0]),
          key.identifier,
          Buffer.from([0, 64]),
          signature(thief, 0, ekm),
          Buffer.from([0, 0]),
        ]),
      );
      const trap = new Uint8Array(forgery);
      const lies = {
        subarray: () => thief.identifier,
        slice: () => thief.identifier,
        constructor: { [Symbol.species]: () => thief.identifier },
      };
      for (const [method, value] of Object.entries(lies)) {
        Object.defineProperty(trap, method, { value });
        refused('ERR_TB_SIGNATURE', () => tokenBinding.verifyMessageSync(trap, expected));
        refused('ERR_TB_SIGNATURE', () => tokenBinding.verifyMessageSync(forgery, expected));
        assert.equal(tokenBinding.verifyMessageSync(whole, expected).length, 1);
      }
    });

    it('reads the bytes of a subclass that has its own species and accessors', () => {
      class Odd extends Uint8Array {
        static get [Symbol.species](): Uint8ArrayConstructor {
          throw new Error('species');
        }
        override get byteLength(): number {
          return 1;
        }
      }
      const odd = new Odd(whole.length);
      Uint8Array.prototype.set.call(odd, whole);
      assert.equal(open().verifyMessageSync(odd, expected).length, 1);
    });

    it('rejects a view of a buffer that shrank', () => {
      // Node 20 has resizable buffers; their types are in lib.es2024.
      const Resizable = ArrayBuffer as unknown as new (
        length: number,
        options: { maxByteLength: number },
      ) => ArrayBuffer & { resize(length: number): void };
      const buffer = new Resizable(200, { maxByteLength: 200 });
      const view = new Uint8Array(buffer, 100, 32);
      buffer.resize(50);
      assert.throws(() => open().verifyMessageSync(view, expected), TypeError);
      assert.throws(() => open().verifyMessageSync(whole, { ...expected, ekm: view }), TypeError);
    });

    it('a changed result does not change a later one', () => {
      const tokenBinding = open();
      const [first] = tokenBinding.verifyMessageSync(whole, expected);
      first?.identifier.fill(0);
      const empty = first?.extensionData as Uint8Array;
      structuredClone(empty, { transfer: [empty.buffer as ArrayBuffer] });
      const [second] = tokenBinding.verifyMessageSync(whole, expected);
      assert.deepEqual(Buffer.from(second?.identifier ?? []), key.identifier);
      assert.equal(Buffer.from(second?.extensionData ?? [1]).length, 0);
    });

    it('a changed field of a generated TokenBinding changes neither the other fields nor the next TokenBinding', () => {
      const tokenBinding = open();
      const request = { keyType: 'ecdsap256', targetUrl: `https://${newDomain()}/` } as const;
      const make = () =>
        tokenBinding.generateBindingSync({ ...request, bindingType: 'provided', ekm });
      const first = make();
      first.identifier.fill(0);
      tokenBinding.generateMessageSync([first.tokenBinding]);
      const bytes = Buffer.from(first.tokenBinding);
      first.tokenBinding.fill(0);
      assert.deepEqual(Buffer.from(make().identifier), bytes.subarray(1, 69));
    });
  });
}
