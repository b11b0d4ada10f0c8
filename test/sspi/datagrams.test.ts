import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flagsOf, type NtlmFlag } from '../../src/sspi/ntlm/flags.js';
import { ALICE, authenticateWithoutMic } from '../support/authenticate.js';
import { hex } from '../support/ntlm.js';
import {
  ascii,
  contexts,
  flipped,
  type PairOptions,
  pair,
  sspiRejected,
  type Tamper,
} from '../support/sspi.js';

/** A message without one of its NegotiateFlags, which are at `offset`. */
function without(offset: number, flag: NtlmFlag, token: Uint8Array): Uint8Array {
  const copy = Buffer.from(token);
  copy.writeUInt32LE((copy.readUInt32LE(offset) & ~flagsOf(flag)) >>> 0, offset);
  return copy;
}

describe('handshake: datagrams', () => {
  const setting: PairOptions = {
    initialize: { flags: ['datagram', 'confidentiality'] },
    accept: { flags: ['datagram'] },
  };

  /** The server sends the first token, and the client none before it. */
  const datagramPair = async (tamper: Tamper = (token) => token) => {
    const { client, server } = await contexts(setting);
    const begun = await client.step();
    assert.deepEqual([begun.token.length, begun.done], [0, false]);
    const challenge = await server.step();
    const authenticate = await client.step(tamper(challenge.token, 0));
    const last = await server.step(tamper(authenticate.token, 1));
    assert.deepEqual([authenticate.done, last.done, last.token.length], [true, true, 0]);
    return { client, server };
  };

  it('accepts messages in any order', async () => {
    const { client, server } = await datagramPair();
    assert.ok(client.queryContextAttributes('flags').includes('datagram'));
    const sent = [5, 3, 4].map((sequence) => ({
      sequence,
      ...client.encryptMessage(ascii(`datagram ${sequence}`), { sequence }),
    }));
    for (const { sequence, data, trailer } of sent.reverse()) {
      const opened = server.decryptMessage({ trailer, data }, { sequence });
      assert.equal(hex(opened), hex(ascii(`datagram ${sequence}`)));
      const other = { sequence: sequence + 1 };
      assert.throws(() => server.decryptMessage({ trailer, data }, other), { name: 'SspiError' });
    }
    const signature = server.makeSignature(ascii('x'), { sequence: 9 });
    client.verifySignature(ascii('x'), signature, { sequence: 9 });
  });

  it('accepts replays, and reports no detection', async () => {
    const { client, server } = await datagramPair();
    for (const context of [client, server]) {
      assert.deepEqual(context.queryContextAttributes('flags'), [
        'integrity',
        'confidentiality',
        'datagram',
      ]);
    }
    for (const flag of ['replay-detect', 'sequence-detect'] as const) {
      const flags = ['datagram', 'integrity', flag] as const;
      for (const both of [{ initialize: { flags } }, { accept: { flags } }]) {
        await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', contexts({ ...setting, ...both }));
      }
    }
  });

  it('always has a key exchange and extended session security', async () => {
    const allowWeak = ['no-key-exchange', 'no-extended-session-security'] as const;
    for (const flag of ['NEGOTIATE_KEY_EXCH', 'NEGOTIATE_EXTENDED_SESSIONSECURITY'] as const) {
      const { client, server } = await contexts({
        initialize: { ...setting.initialize, allowWeak },
        accept: { ...setting.accept, allowWeak },
      });
      await client.step();
      const { token } = await server.step();
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', client.step(without(20, flag, token)));
      // The flags of a client that accepts them.
      const answer = authenticateWithoutMic(without(20, flag, token), ALICE);
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', server.step(answer));
    }
  });

  it('rejects altered messages', async () => {
    for (const which of [0, 1]) {
      for (const bit of [8 * 24, 8 * 60 + 5]) {
        const altered = datagramPair((token, index) =>
          index === which ? flipped(token, bit) : token,
        );
        await assert.rejects(altered, { name: 'SspiError' });
      }
    }
  });

  it('requires a sequence number for each message, and connections reject one', async () => {
    const { client } = await datagramPair();
    assert.throws(() => client.makeSignature(ascii('x')), TypeError);
    for (const sequence of [-1, 0.5, 2 ** 32, Number.NaN]) {
      assert.throws(() => client.makeSignature(ascii('x'), { sequence }), RangeError);
    }
    const connection = await pair();
    assert.throws(() => connection.client.makeSignature(ascii('x'), { sequence: 0 }), RangeError);
  });

  it('begins with the server, and never in SPNEGO', async () => {
    const { server } = await contexts(setting);
    const { client } = await contexts();
    await sspiRejected('SEC_E_INVALID_TOKEN', server.step((await client.step()).token));
    await sspiRejected(
      'SEC_E_UNSUPPORTED_FUNCTION',
      contexts({ ...setting, package: 'Negotiate' }),
    );
  });
});
