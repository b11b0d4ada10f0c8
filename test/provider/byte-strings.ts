import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KEY_TYPES, message, newEkm, signedBinding, testKey } from '../support/messages.js';
import { newDomain } from './domains.js';
import type { ProviderUnderTest } from './under-test.js';

/** Lengths around the limit for typed arrays on V8's heap, and around the limit of Node's buffer pool. */
const LENGTHS = [0, 3, 64, 65, 300, 4096, 5000, 60_000];

/** Every byte string in a result is a plain Uint8Array, at every length. */
export function describeByteStrings(provider: ProviderUnderTest): void {
  const { name, open } = provider;
  describe(`byte strings: ${name}`, () => {
    const ekm = newEkm();
    const tokenBinding = open();

    for (const keyType of KEY_TYPES) {
      it(`of verification results are plain Uint8Arrays, with the JSON of one (${keyType})`, async () => {
        const key = testKey(keyType);
        const expected = { keyType, ekm };
        for (const length of LENGTHS) {
          const extensions = extensionsOf(length);
          const whole = message(signedBinding(key, ekm, { extensions }));
          const right = [
            {
              bindingType: 'provided',
              keyType,
              identifier: new Uint8Array(key.identifier),
              extensionData: new Uint8Array(extensions),
              status: 'verified',
            },
          ];
          assertSame(tokenBinding.verifyMessageSync(whole, expected), right);
          assertSame(await tokenBinding.verifyMessage(whole, expected), right);
          // For every class of input.
          assertSame(tokenBinding.verifyMessageSync(new Uint8Array(whole), expected), right);
        }
      });

      it(`of generated TokenBindings are plain Uint8Arrays, with the JSON of one (${keyType})`, async () => {
        const targetUrl = `https://${newDomain()}/`;
        const { identifier } = await tokenBinding.generateIdForUri(keyType, targetUrl);
        const identified = { keyType, identifier: new Uint8Array(identifier) };
        assertSame(await tokenBinding.generateIdForUri(keyType, targetUrl), identified);
        const request = { keyType, targetUrl, bindingType: 'provided', ekm } as const;
        for (const made of [
          tokenBinding.generateBindingSync(request),
          await tokenBinding.generateBinding(request),
        ]) {
          const bytes = new Uint8Array(made.tokenBinding);
          assertSame(made, { bindingType: 'provided', ...identified, tokenBinding: bytes });
        }
        const { publicKey, identifier: known } = testKey(keyType);
        const named = { keyType, identifier: new Uint8Array(known) };
        assertSame(await tokenBinding.generateId(keyType, publicKey), named);
      });
    }

    it('of generated messages are plain Uint8Arrays, with the JSON of one', async () => {
      const key = testKey('ecdsap256');
      for (const length of LENGTHS) {
        const made = signedBinding(key, ekm, { extensions: extensionsOf(length) });
        const right = new Uint8Array(message(made));
        assertSame(tokenBinding.generateMessageSync([made]), right);
        assertSame(await tokenBinding.generateMessage([made]), right);
      }
    });
  });
}

/** A strict comparison compares the classes too. */
function assertSame(actual: unknown, right: unknown): void {
  assert.deepStrictEqual(actual, right);
  assert.equal(JSON.stringify(actual), JSON.stringify(right));
}

/** One extension of this many bytes in all. */
function extensionsOf(length: number): Buffer {
  const extensions = Buffer.alloc(length, 7);
  if (length > 0) extensions.writeUInt16BE(length - 3, 1);
  return extensions;
}
