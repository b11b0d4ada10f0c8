import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SecurityContext } from '../../../src/sspi.js';
import { assertPlain } from '../../support/plain-bytes.js';
import { contexts, handshake, pair } from '../../support/sspi.js';
import type { SspiUnderTest } from './under-test.js';

/** Lengths around which the memory comes from V8's heap, Node's pool or its own allocation. */
const LENGTHS = [0, 1, 16, 63, 64, 65, 1000, 4095, 4096, 4097, 70_000];

/** Byte strings in results are plain Uint8Arrays, for every call, provider and length. */
export function describeResults(provider: SspiUnderTest): void {
  const clients = provider.open();

  for (const name of provider.packages) {
    describe(`${provider.name}: byte strings of ${name}`, () => {
      it('are plain Uint8Arrays in the handshake, and as attributes', async () => {
        const both = await contexts({ package: name, clients });
        await handshake(both, (token) => {
          assertPlain('token', token);
          // The input may be of another class.
          return Buffer.from(token);
        });
        const { client, server } = both;
        if (provider.tellsKeys) assertPlain('key', client.queryContextAttributes('sessionKey'));
        assertPlain('key', server.queryContextAttributes('sessionKey'));
      });

      it('are plain Uint8Arrays in messages of any length', async () => {
        const { client, server } = await pair({ package: name, clients });
        for (const length of LENGTHS) {
          const message = Buffer.alloc(length, 'message');
          const results = (from: SecurityContext, to: SecurityContext) => {
            const signature = from.makeSignature(message);
            assertPlain('signature', signature);
            to.verifySignature(message, Buffer.from(signature));
            const sealed = from.encryptMessage(message);
            for (const [part, bytes] of Object.entries(sealed)) assertPlain(part, bytes);
            const opened = to.decryptMessage(sealed);
            const next = from.encryptMessage(message);
            const unwrapped = to.unwrapMessage(Buffer.concat([next.trailer, next.data]));
            return [opened, unwrapped, ...listed(from, to, message)];
          };
          const [there, back] = [results(client, server), results(server, client)];
          for (const bytes of [...there, ...back]) assertPlain('opened', bytes);
          assert.equal(JSON.stringify(there), JSON.stringify(back));
        }
      });
    });
  }
}

function listed(from: SecurityContext, to: SecurityContext, message: Uint8Array): Uint8Array[] {
  const buffers = [{ data: message, flag: 'read-only' as const }, { data: message }];
  const signature = from.makeSignatureBuffers(buffers);
  assertPlain('signature', signature);
  to.verifySignatureBuffers(buffers, signature);
  const sealed = from.encryptMessageBuffers(buffers);
  assertPlain('trailer', sealed.trailer);
  for (const { data } of sealed.buffers) assertPlain('data', data);
  return to.decryptMessageBuffers(sealed);
}
