import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { MessageKey } from '../../src/sspi/ntlm/message-key.js';
import { MessageSecurity } from '../../src/sspi/ntlm/message-security.js';
import type { MessageBuffer } from '../../src/sspi/provider.js';
import { hex } from '../support/ntlm.js';
import { ascii, flipped } from '../support/sspi.js';

const STRONG = flagsOf('NEGOTIATE_EXTENDED_SESSIONSECURITY', 'NEGOTIATE_KEY_EXCH', 'NEGOTIATE_128');
const WEAK = flagsOf('NEGOTIATE_KEY_EXCH');

/** A buffer that no memory is large enough for. */
const endless: MessageBuffer = {
  bytes: { length: 2 ** 60 } as unknown as Uint8Array,
  flag: undefined,
};
const good: MessageBuffer = { bytes: ascii('message'), flag: undefined };

const SEALING = { encrypt: true, sequence: 0 };
const sealed = (trailer: Uint8Array, ...buffers: MessageBuffer[]) => {
  return { trailer, buffers, padding: new Uint8Array(0) };
};

describe('message security', () => {
  it('ends after 2^32 messages', () => {
    const key = new MessageKey(new Uint8Array(16), STRONG, 'client-to-server');
    key.sequence = 0xffffffff;
    key.begin(0);
    key.sequence++;
    assert.throws(() => key.begin(0), { code: 'SEC_E_CONTEXT_EXPIRED', status: 0x80090317 });
  });

  it('reports an altered sequence number as an altered message without extended session security', () => {
    const key = new Uint8Array(16).fill(7);
    const signature = new MessageSecurity(key, WEAK, 'client').sign([good], 0);
    const server = new MessageSecurity(key, WEAK, 'server');
    const code = 'SEC_E_MESSAGE_ALTERED';
    for (let bit = 0; bit < 128; bit++) {
      // RandomPad is not verified.
      if (bit >= 32 && bit < 64) continue;
      assert.throws(() => server.verify([good], flipped(signature, bit), 0), { code });
    }
    server.verify([good], signature, 0);
    assert.throws(() => server.verify([good], signature, 0), { code });
  });
});

for (const [name, flags] of Object.entries({ STRONG, WEAK })) {
  describe(`message security that runs out of memory: ${name}`, () => {
    const key = new Uint8Array(16).fill(7);
    const client = new MessageSecurity(key, flags, 'client');
    const server = new MessageSecurity(key, flags, 'server');

    it('leaves the key stream of the sender unchanged', () => {
      assert.throws(() => client.sign([good, endless], 0), RangeError);
      assert.throws(() => client.encrypt([good, endless], SEALING), RangeError);
      server.verify([good], client.sign([good], 0), 0);
    });

    it('leaves the key stream of the receiver unchanged', () => {
      const { trailer, data } = client.encrypt([good], SEALING);
      const buffers = data.map((bytes) => ({ bytes, flag: undefined }));
      const tooLong = sealed(trailer, ...buffers, endless);
      assert.throws(() => server.decrypt(tooLong, SEALING), RangeError);
      assert.throws(() => server.verify([good, endless], trailer, 0), RangeError);
      const opened = server.decrypt(sealed(trailer, ...buffers), SEALING);
      assert.deepEqual(opened.map(hex), [hex(good.bytes)]);
    });
  });
}
