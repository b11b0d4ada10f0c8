import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { flagsOf, NTLM_FLAGS } from '../../src/sspi/ntlm/flags.js';
import { sealKey } from '../../src/sspi/ntlm/keys.js';
import { MessageKey } from '../../src/sspi/ntlm/message-key.js';
import { MessageSecurity } from '../../src/sspi/ntlm/message-security.js';
import type { MessageBuffer } from '../../src/sspi/provider.js';
import { hex } from '../support/ntlm.js';
import { ascii, flipped, sspiRefused } from '../support/sspi.js';

const BASE = flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_SEAL');
const ESS = NTLM_FLAGS.NEGOTIATE_EXTENDED_SESSIONSECURITY;

const STRENGTHS = {
  '128 bit': NTLM_FLAGS.NEGOTIATE_128,
  '56 bit': NTLM_FLAGS.NEGOTIATE_56,
  '40 bit': 0,
};

/** Every kind of message security that NTLM has. */
const VARIANTS = [ESS, 0].flatMap((ess) =>
  [NTLM_FLAGS.NEGOTIATE_KEY_EXCH, 0].flatMap((exchange) =>
    Object.entries(STRENGTHS).map(([strength, bits]) => ({
      name: `${strength}${exchange ? ', key exchange' : ''}${ess ? ', extended' : ''}`,
      flags: BASE | ess | exchange | bits,
      isExtended: ess !== 0,
    })),
  ),
);

const one = (text: string): MessageBuffer[] => [{ bytes: ascii(text) }];

function both(flags: number): { client: MessageSecurity; server: MessageSecurity } {
  const key = new Uint8Array(randomBytes(16));
  return {
    client: new MessageSecurity(key, flags, 'client'),
    server: new MessageSecurity(key, flags, 'server'),
  };
}

for (const { name, flags, isExtended } of VARIANTS) {
  describe(`message security: ${name}`, () => {
    it('carries signed and sealed messages in turn, both ways', () => {
      const { client, server } = both(flags);
      for (let round = 0; round < 5; round++) {
        for (const [from, to] of [
          [client, server],
          [server, client],
        ] as const) {
          to.verify(one('signed'), from.sign(one('signed')));
          const { trailer, data } = from.seal(one('sealed'));
          assert.notEqual(hex(data[0] ?? trailer), hex(ascii('sealed')));
          const [opened] = to.unseal([{ bytes: data[0] ?? trailer }], trailer);
          assert.equal(hex(opened ?? trailer), hex(ascii('sealed')));
        }
      }
    });

    it('refuses each flipped bit of a signature, and then takes the message', () => {
      const { client, server } = both(flags);
      for (let count = 0; count < 2; count++) {
        const signature = client.sign(one('message'));
        for (let bit = 0; bit < 128; bit++) {
          // Bytes 4 to 7 are a pad of any content without extended session security.
          if (!isExtended && bit >= 32 && bit < 64) continue;
          const code = bit < 96 ? 'SEC_E_MESSAGE_ALTERED' : 'SEC_E_OUT_OF_SEQUENCE';
          sspiRefused(code, () => server.verify(one('message'), flipped(signature, bit)));
        }
        server.verify(one('message'), signature);
      }
    });

    it('refuses each flipped bit of a trailer and of the data, and then takes the message', () => {
      const { client, server } = both(flags);
      for (let count = 0; count < 2; count++) {
        const { trailer, data } = client.seal(one('message'));
        const [sealed = trailer] = data;
        for (let bit = 0; bit < 128; bit++) {
          if (!isExtended && bit >= 32 && bit < 64) continue;
          const code = bit < 96 ? 'SEC_E_MESSAGE_ALTERED' : 'SEC_E_OUT_OF_SEQUENCE';
          const wrong = flipped(trailer, bit);
          sspiRefused(code, () => server.unseal([{ bytes: sealed }], wrong));
        }
        for (let bit = 0; bit < 8 * sealed.length; bit++) {
          const wrong = [{ bytes: flipped(sealed, bit) }];
          sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.unseal(wrong, trailer));
        }
        const [opened] = server.unseal([{ bytes: sealed }], trailer);
        assert.equal(hex(opened ?? trailer), hex(ascii('message')));
      }
    });

    it('refuses replays, skipped messages and its own messages', () => {
      const { client, server } = both(flags);
      const first = client.sign(one('message'));
      server.verify(one('message'), first);
      const lost = isExtended ? 'SEC_E_OUT_OF_SEQUENCE' : 'SEC_E_MESSAGE_ALTERED';
      sspiRefused(lost, () => server.verify(one('message'), first));
      const second = client.sign(one('message'));
      const third = client.sign(one('message'));
      sspiRefused(lost, () => server.verify(one('message'), third));
      server.verify(one('message'), second);
      server.verify(one('message'), third);
      if (!isExtended) return;
      const own = both(flags);
      const signature = own.client.sign(one('message'));
      sspiRefused('SEC_E_MESSAGE_ALTERED', () => own.client.verify(one('message'), signature));
    });

    it('keeps the place of the stream around a mechListMIC, and counts it', () => {
      const { client, server } = both(flags);
      server.verifyOutsideStream(ascii('list'), client.signOutsideStream(ascii('list')));
      const { trailer, data } = client.seal(one('message'));
      const [opened] = server.unseal([{ bytes: data[0] ?? trailer }], trailer);
      assert.equal(hex(opened ?? trailer), hex(ascii('message')));
      if (isExtended) assert.equal(trailer[12], 1);
    });
  });
}

describe('message security', () => {
  const STRONG = BASE | ESS | NTLM_FLAGS.NEGOTIATE_KEY_EXCH | NTLM_FLAGS.NEGOTIATE_128;

  it('ignores the pad without extended session security, and sends zeros', () => {
    const { client, server } = both(BASE);
    const signature = client.sign(one('message'));
    assert.equal(hex(signature.subarray(4, 8)), '00000000');
    server.verify(one('message'), flipped(signature, 40));
  });

  it('refuses signatures of another length than 16', () => {
    const { client, server } = both(STRONG);
    const signature = client.sign(one('message'));
    for (const length of [0, 15, 17, 32]) {
      const wrong = new Uint8Array(length);
      wrong.set(signature.subarray(0, length));
      sspiRefused('SEC_E_INVALID_TOKEN', () => server.verify(one('message'), wrong));
      sspiRefused('SEC_E_INVALID_TOKEN', () => server.unseal(one('message'), wrong));
    }
    server.verify(one('message'), signature);
  });

  it('covers read-only buffers and does not encrypt them', () => {
    const { client, server } = both(STRONG);
    for (const flag of ['READONLY', 'READONLY_WITH_CHECKSUM'] as const) {
      const parts = [
        { bytes: ascii('head'), flag },
        ...one('body'),
        { bytes: ascii('tail'), flag },
      ];
      const { trailer, data } = client.seal(parts);
      assert.equal(hex(data[0] ?? trailer), hex(ascii('head')));
      assert.notEqual(hex(data[1] ?? trailer), hex(ascii('body')));
      assert.equal(hex(data[2] ?? trailer), hex(ascii('tail')));
      const sealed = (head: Uint8Array) => [
        { bytes: head, flag },
        { bytes: data[1] ?? trailer },
        { bytes: ascii('tail'), flag },
      ];
      const wrong = sealed(ascii('hEad'));
      sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.unseal(wrong, trailer));
      const opened = server.unseal(sealed(ascii('head')), trailer);
      assert.deepEqual(opened.map(hex), ['head', 'body', 'tail'].map(ascii).map(hex));
    }
  });

  it('signs several buffers as one message', () => {
    const { client, server } = both(STRONG);
    server.verify(one('headbody'), client.sign([...one('head'), ...one('body')]));
    server.verify([...one('he'), ...one(''), ...one('adbody')], client.sign(one('headbody')));
  });

  it('protects datagrams in any order, each with its own stream', () => {
    for (const ess of [ESS, 0]) {
      const { client, server } = both((STRONG & ~ESS) | ess | NTLM_FLAGS.NEGOTIATE_DATAGRAM);
      const sealed = [7, 0, 0xffffffff].map((sequence) => ({
        sequence,
        ...client.seal(one('datagram'), sequence),
      }));
      for (const { sequence, trailer, data } of sealed.reverse()) {
        const buffers = [{ bytes: data[0] ?? trailer }];
        for (const wrong of [(sequence ^ 1) >>> 0, (sequence + 8) >>> 0]) {
          assert.throws(() => server.unseal(buffers, trailer, wrong), { name: 'SspiError' });
        }
        const [opened] = server.unseal(buffers, trailer, sequence);
        assert.equal(hex(opened ?? trailer), hex(ascii('datagram')));
      }
    }
  });

  it('has one key without extended session security, weakened for datagrams', () => {
    const key = new Uint8Array(randomBytes(16));
    assert.equal(hex(sealKey(key, BASE, 'server-to-client')), hex(key));
    const datagram = sealKey(key, NTLM_FLAGS.NEGOTIATE_DATAGRAM, 'client-to-server');
    assert.equal(hex(datagram), `${hex(key.subarray(0, 5))}e538b0`);
  });

  it('ends with the sequence numbers', () => {
    const key = new MessageKey(new Uint8Array(16), STRONG, 'client-to-server');
    key.sequence = 0xffffffff;
    key.begin(0);
    key.sequence++;
    sspiRefused('SEC_E_CONTEXT_EXPIRED', () => key.begin(0));
  });

  it('protects nothing with keys that are overwritten', () => {
    const { client, server } = both(STRONG);
    const signature = client.sign(one('message'));
    server.close();
    sspiRefused('SEC_E_MESSAGE_ALTERED', () => server.verify(one('message'), signature));
  });
});
