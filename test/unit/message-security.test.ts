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

/** One that there is no memory for. */
const endless: MessageBuffer = {
  bytes: { length: 2 ** 60 } as unknown as Uint8Array,
  flag: undefined,
};
const good: MessageBuffer = { bytes: ascii('message'), flag: undefined };

describe('message security', () => {
  it('ends with the numbers there are', () => {
    const key = new MessageKey(new Uint8Array(16), STRONG, 'client-to-server');
    key.sequence = 0xffffffff;
    key.begin(0);
    key.sequence++;
    assert.throws(() => key.begin(0), { code: 'SEC_E_CONTEXT_EXPIRED', status: 0x80090317 });
  });

  it('without extended session security a changed number is a changed message', () => {
    const key = new Uint8Array(16).fill(7);
    const signature = new MessageSecurity(key, WEAK, 'client').sign([good]);
    const server = new MessageSecurity(key, WEAK, 'server');
    const code = 'SEC_E_MESSAGE_ALTERED';
    for (let bit = 0; bit < 128; bit++) {
      // RandomPad counts for nothing.
      if (bit >= 32 && bit < 64) continue;
      assert.throws(() => server.verify([good], flipped(signature, bit)), { code });
    }
    server.verify([good], signature);
    assert.throws(() => server.verify([good], signature), { code });
  });
});

for (const [name, flags] of Object.entries({ STRONG, WEAK })) {
  describe(`message security without memory: ${name}`, () => {
    const key = new Uint8Array(16).fill(7);
    const client = new MessageSecurity(key, flags, 'client');
    const server = new MessageSecurity(key, flags, 'server');

    it('leaves the stream where it was at the sender', () => {
      assert.throws(() => client.sign([good, endless]), RangeError);
      assert.throws(() => client.seal([good, endless]), RangeError);
      server.verify([good], client.sign([good]));
    });

    it('and at the receiver', () => {
      const { trailer, data } = client.seal([good]);
      const sealed = data.map((bytes) => ({ bytes, flag: undefined }));
      assert.throws(() => server.unseal([...sealed, endless], trailer), RangeError);
      assert.throws(() => server.verify([good, endless], trailer), RangeError);
      assert.deepEqual(server.unseal(sealed, trailer).map(hex), [hex(good.bytes)]);
    });
  });
}
