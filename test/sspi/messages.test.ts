import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import type { DataBuffer, SecurityContext } from '../../src/sspi.js';
import { hex } from '../support/ntlm.js';
import { ascii, flipped, pair, sspiRefused } from '../support/sspi.js';

for (const name of ['NTLM', 'Negotiate']) {
  describe(`messages: ${name}`, () => {
    const message = ascii('This is a sample buffer to be signed.');
    let client: SecurityContext;
    let server: SecurityContext;

    before(async () => {
      ({ client, server } = await pair({ package: name }));
    });

    it('rejects each flipped bit of a signature, and accepts the genuine one', () => {
      const signature = client.makeSignature(message);
      for (let bit = 0; bit < 128; bit++) {
        const code = bit < 96 ? 'SEC_E_MESSAGE_ALTERED' : 'SEC_E_OUT_OF_SEQUENCE';
        sspiRefused(code, () => server.verifySignature(message, flipped(signature, bit)));
      }
      server.verifySignature(message, signature);
    });

    it('rejects altered data, and accepts the genuine one', () => {
      const signature = client.makeSignature(message);
      const wrong = [message.subarray(1), Buffer.concat([message, ascii('.')]), new Uint8Array(0)];
      for (const data of [...wrong, flipped(message, 7)]) {
        sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.verifySignature(data, signature));
      }
      server.verifySignature(message, signature);
      const { trailer, data } = client.encryptMessage(message);
      for (const sealed of [message, data.subarray(1), flipped(data, 3), new Uint8Array(0)]) {
        sspiRefused('SEC_E_MESSAGE_ALTERED', () =>
          server.decryptMessage({ trailer, data: sealed }),
        );
      }
      const other = flipped(trailer, 40);
      sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.decryptMessage({ trailer: other, data }));
      assert.equal(hex(server.decryptMessage({ trailer, data })), hex(message));
    });

    it('rejects replays, skipped messages and reflected messages', () => {
      const [first, second] = [client.makeSignature(message), client.makeSignature(message)];
      sspiRefused('SEC_E_OUT_OF_SEQUENCE', () => server.verifySignature(message, second));
      server.verifySignature(message, first);
      sspiRefused('SEC_E_OUT_OF_SEQUENCE', () => server.verifySignature(message, first));
      server.verifySignature(message, second);
      const { trailer, data } = client.encryptMessage(message);
      server.decryptMessage({ trailer, data });
      sspiRefused('SEC_E_OUT_OF_SEQUENCE', () => server.decryptMessage({ trailer, data }));
    });

    it('rejects messages of the other direction and of another context', async () => {
      const one = await pair({ package: name });
      const two = await pair({ package: name });
      const signature = one.client.makeSignature(message);
      sspiRefused('SEC_E_MESSAGE_ALTERED', () => one.client.verifySignature(message, signature));
      sspiRefused('SEC_E_MESSAGE_ALTERED', () => two.server.verifySignature(message, signature));
      one.server.verifySignature(message, signature);
      const { data, trailer } = two.server.encryptMessage(message);
      for (const context of [two.server, one.client]) {
        sspiRefused('SEC_E_MESSAGE_ALTERED', () => context.decryptMessage({ trailer, data }));
      }
      two.client.decryptMessage({ trailer, data });
    });

    it('rejects a signature for a trailer, and a trailer for a signature', () => {
      const signature = client.makeSignature(message);
      sspiRefused('SEC_E_MESSAGE_ALTERED', () =>
        server.decryptMessage({ trailer: signature, data: message }),
      );
      server.verifySignature(message, signature);
      const { trailer, data } = client.encryptMessage(message);
      for (const wrong of [message, data]) {
        sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.verifySignature(wrong, trailer));
      }
      server.decryptMessage({ trailer, data });
    });

    it('rejects signatures of a wrong length', () => {
      const signature = client.makeSignature(message);
      for (const length of [0, 15, 17]) {
        const wrong = Buffer.concat([signature, ascii('x')]).subarray(0, length);
        sspiRefused('SEC_E_INVALID_TOKEN', () => server.verifySignature(message, wrong));
        sspiRefused('SEC_E_INVALID_TOKEN', () =>
          server.decryptMessage({ trailer: wrong, data: message }),
        );
      }
      server.verifySignature(message, signature);
    });

    it('accepts a message in one piece, and rejects one that is truncated or padded', () => {
      const { trailer, data } = client.encryptMessage(message);
      const wrapped = Buffer.concat([trailer, data]);
      for (const length of [0, 15]) {
        const cut = wrapped.subarray(0, length);
        sspiRefused('SEC_E_INVALID_TOKEN', () => server.unwrapMessage(cut));
      }
      for (const wrong of [
        wrapped.subarray(0, 16),
        wrapped.subarray(0, -1),
        flipped(wrapped, 200),
      ]) {
        sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.unwrapMessage(wrong));
      }
      const padded = () => server.decryptMessage({ trailer, data, padding: ascii('p') });
      sspiRefused('SEC_E_INVALID_TOKEN', padded);
      assert.equal(hex(server.unwrapMessage(wrapped)), hex(message));
      sspiRefused('SEC_E_OUT_OF_SEQUENCE', () => server.unwrapMessage(wrapped));
      const next = client.encryptMessage(message);
      const padding = new Uint8Array(0);
      const opened = server.decryptMessage({ trailer: next.trailer, data: next.data, padding });
      assert.equal(hex(opened), hex(message));
    });

    it('signs and seals messages of any length, in any order', () => {
      for (const size of [0, 1, 55, 56, 59, 60, 61, 64, 2047, 2048, 5000, 100_000]) {
        const data = new Uint8Array(randomBytes(size));
        server.verifySignature(data, client.makeSignature(data));
        const sealed = server.encryptMessage(data);
        assert.equal(sealed.data.length, size);
        assert.equal(hex(client.decryptMessage(sealed)), hex(data));
        const back = client.encryptMessage(data);
        assert.equal(hex(server.decryptMessage(back)), hex(data));
      }
    });

    it('leaves the buffers of the caller unchanged', () => {
      const data = new Uint8Array(message);
      const { trailer, data: sealed } = client.encryptMessage(data);
      assert.equal(hex(data), hex(message));
      const copy = hex(sealed);
      server.decryptMessage({ trailer, data: sealed });
      assert.equal(hex(sealed), copy);
    });

    it('accepts several buffers, some of them read-only', () => {
      const buffers: DataBuffer[] = [
        { data: ascii('header'), flag: 'read-only-with-checksum' },
        { data: ascii('body') },
        { data: ascii('footer'), flag: 'read-only' },
      ];
      server.verifySignatureBuffers(buffers, client.makeSignatureBuffers(buffers));
      server.verifySignature(ascii('headerbodyfooter'), client.makeSignatureBuffers(buffers));
      const sealed = client.encryptMessageBuffers(buffers);
      const [header, body, footer] = sealed.buffers;
      assert.deepEqual([header, footer], [buffers[0], buffers[2]]);
      assert.notEqual(hex(body?.data ?? message), hex(ascii('body')));
      assert.equal(body !== undefined && 'flag' in body, false);
      for (const wrong of [
        sealed.buffers.toReversed(),
        sealed.buffers.slice(1),
        // The flags are not sent: the receiver sets them.
        sealed.buffers.map(({ data }) => ({ data })),
        sealed.buffers.map(({ data }) => ({ data, flag: 'read-only' as const })),
      ]) {
        const altered = { ...sealed, buffers: wrong };
        sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.decryptMessageBuffers(altered));
      }
      const opened = server.decryptMessageBuffers(sealed);
      assert.deepEqual(opened.map(hex), ['header', 'body', 'footer'].map(ascii).map(hex));
      opened[0]?.fill(0);
      assert.equal(hex(header?.data ?? message), hex(ascii('header')));
      server.verifySignatureBuffers([], client.makeSignatureBuffers([]));
    });
  });
}
