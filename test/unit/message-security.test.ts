import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { MessageSecurity } from '../../src/sspi/ntlm/message-security.js';
import type { MessageBuffer } from '../../src/sspi/provider.js';
import { hex } from '../support/ntlm.js';
import { ascii } from '../support/sspi.js';

const STRONG = flagsOf('NEGOTIATE_EXTENDED_SESSIONSECURITY', 'NEGOTIATE_KEY_EXCH', 'NEGOTIATE_128');
const WEAK = flagsOf('NEGOTIATE_KEY_EXCH');

/** One that there is no memory for. */
const endless: MessageBuffer = { bytes: { length: 2 ** 60 } as unknown as Uint8Array };
const good: MessageBuffer = { bytes: ascii('message') };

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
      const sealed = data.map((bytes) => ({ bytes }));
      assert.throws(() => server.unseal([...sealed, endless], trailer), RangeError);
      assert.throws(() => server.verify([good, endless], trailer), RangeError);
      assert.deepEqual(server.unseal(sealed, trailer).map(hex), [hex(good.bytes)]);
    });
  });
}
