import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { type SecurityContext, SspiError } from '../../../src/sspi.js';
import { hex } from '../../support/ntlm.js';
import { ascii, flipped, pair, sspiRefused } from '../../support/sspi.js';
import type { SspiUnderTest } from './under-test.js';

const message = ascii('This is a sample buffer to be signed.');
/** One provider checks the sequence number first and reports it; another reports an altered message. */
const REFUSALS: readonly string[] = ['SEC_E_MESSAGE_ALTERED', 'SEC_E_OUT_OF_SEQUENCE'];
const isRefusal = (error: unknown) => error instanceof SspiError && REFUSALS.includes(error.code);

const SIZES = [0, 1, 55, 64, 5000, 65_536, 2 ** 20];

/** Messages between a client of this provider and a portable server. */
export function describeMessages(provider: SspiUnderTest): void {
  const clients = provider.open();

  for (const name of provider.packages) {
    const connected = () => pair({ package: name, clients });

    /** Attempts against one client, or each against a new client if a rejected message counts. */
    const refuses = async (
      count: number,
      attempt: (client: SecurityContext, server: SecurityContext, index: number) => void,
    ) => {
      let both = await connected();
      for (let index = 0; index < count; index++) {
        if (!provider.staysInStep) both = await connected();
        attempt(both.client, both.server, index);
      }
    };

    describe(`${provider.name}: messages of ${name}`, () => {
      it('are signed and sealed in both directions, in any order and of any length', async () => {
        const { client, server } = await connected();
        for (const size of SIZES) {
          const data = new Uint8Array(randomBytes(size));
          for (const [from, to] of [
            [client, server],
            [server, client],
          ] as const) {
            const signature = from.makeSignature(data);
            assert.equal(signature.length, 16);
            to.verifySignature(data, signature);
            const sealed = from.encryptMessage(data);
            assert.deepEqual([sealed.trailer.length, sealed.data.length], [16, size]);
            assert.equal(sealed.padding, undefined);
            if (size > 8) assert.notEqual(hex(sealed.data), hex(data));
            assert.equal(hex(to.decryptMessage(sealed)), hex(data));
          }
        }
      });

      it('are never sealed without encryption, and the next message is accepted', async () => {
        const { client, server } = await connected();
        const code = 'SEC_E_QOP_NOT_SUPPORTED';
        const sealed = server.encryptMessage(message);
        const wrapped = Buffer.concat([sealed.trailer, sealed.data]);
        const options = { encrypt: false };
        sspiRefused(code, () => client.encryptMessage(message, options));
        sspiRefused(code, () => client.encryptMessageBuffers([{ data: message }], options));
        sspiRefused(code, () => client.decryptMessage(sealed, options));
        sspiRefused(code, () => client.unwrapMessage(wrapped, options));
        assert.equal(hex(client.decryptMessage(sealed, { encrypt: true })), hex(message));
        assert.equal(hex(server.decryptMessage(client.encryptMessage(message))), hex(message));
      });

      it('are counted separately in each direction', async () => {
        const { client, server } = await connected();
        const fromClient = [1, 2, 3].map(() => client.encryptMessage(message));
        const fromServer = [1, 2, 3].map(() => server.encryptMessage(message));
        for (const index of [0, 1, 2]) {
          const [one, other] = [fromServer[index], fromClient[index]];
          assert.ok(one !== undefined && other !== undefined);
          assert.equal(hex(client.decryptMessage(one)), hex(message));
          assert.equal(hex(server.decryptMessage(other)), hex(message));
        }
      });

      it('leave the bytes of the caller unchanged', async () => {
        const { client, server } = await connected();
        const data = new Uint8Array(message);
        const { trailer, data: sealed } = client.encryptMessage(data);
        client.makeSignature(data);
        assert.equal(hex(data), hex(message));
        const theirs = server.encryptMessage(data);
        const copies = [theirs.data, theirs.trailer].map(hex);
        client.decryptMessage(theirs);
        assert.deepEqual([theirs.data, theirs.trailer].map(hex), copies);
        server.decryptMessage({ trailer, data: sealed });
      });

      it('are rejected with a flipped bit in the signature', async () => {
        const bits = provider.signatureBits;
        await refuses(bits.length, (client, server, index) => {
          const bit = bits[index] ?? 0;
          const signature = server.makeSignature(message);
          const refusal = () => client.verifySignature(message, flipped(signature, bit));
          assert.throws(refusal, isRefusal, `bit ${bit}`);
          if (provider.staysInStep) client.verifySignature(message, signature);
        });
      });

      it('are rejected with a flipped bit in the data, or a byte more or less', async () => {
        const wrong = [flipped(message, 0), message.subarray(1), Buffer.concat([message, message])];
        await refuses(wrong.length, (client, server, index) => {
          const signature = server.makeSignature(message);
          const data = wrong[index] ?? message;
          sspiRefused('SEC_E_MESSAGE_ALTERED', () => client.verifySignature(data, signature));
          if (provider.staysInStep) client.verifySignature(message, signature);
        });
        await refuses(2, (client, server, index) => {
          const { trailer, data } = server.encryptMessage(message);
          const altered = index === 0 ? flipped(data, 9) : data.subarray(1);
          sspiRefused('SEC_E_MESSAGE_ALTERED', () =>
            client.decryptMessage({ trailer, data: altered }),
          );
          if (provider.staysInStep) client.decryptMessage({ trailer, data });
        });
      });

      it('are rejected if they are replayed, reordered or reflected', async () => {
        await refuses(1, (client, server) => {
          const { data, trailer } = server.encryptMessage(message);
          client.decryptMessage({ trailer, data });
          assert.throws(() => client.decryptMessage({ trailer, data }), isRefusal);
        });
        await refuses(1, (client, server) => {
          const signature = server.makeSignature(message);
          client.verifySignature(message, signature);
          assert.throws(() => client.verifySignature(message, signature), isRefusal);
        });
        await refuses(1, (client, server) => {
          server.makeSignature(message);
          const second = server.makeSignature(message);
          assert.throws(() => client.verifySignature(message, second), isRefusal);
        });
        await refuses(1, (client) => {
          const own = client.makeSignature(message);
          sspiRefused('SEC_E_MESSAGE_ALTERED', () => client.verifySignature(message, own));
        });
      });

      it('are rejected with signatures and trailers of a wrong length', async () => {
        const lengths = [0, 1, 15, 17, 64];
        await refuses(lengths.length, (client, server, index) => {
          const length = lengths[index] ?? 0;
          const signature = new Uint8Array(length);
          signature.set(server.makeSignature(message).subarray(0, length));
          for (const work of [
            () => client.verifySignature(message, signature),
            () => client.decryptMessage({ trailer: signature, data: message }),
          ]) {
            assert.throws(work, { name: 'SspiError' }, `${length} bytes`);
          }
        });
      });
    });
  }
}
