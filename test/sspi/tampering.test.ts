import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAuthenticate } from '../../src/sspi/ntlm/authenticate-message.js';
import { AV_ID, type AvPairs } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge, encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { fromUtf16, utf16 } from '../../src/sspi/utf16.js';
import type { AccountLookup } from '../../src/sspi.js';
import { ALICE, authenticateWithoutMic } from '../support/authenticate.js';
import { hex } from '../support/ntlm.js';
import {
  ascii,
  contexts,
  flipped,
  pair,
  sspiRejected,
  type Tamper,
  tamperWith,
} from '../support/sspi.js';

/** Clears NegotiateFlags, which are at `offset` of a message of bare NTLM. */
const without =
  (offset: number, flags: number) =>
  (token: Uint8Array): Uint8Array => {
    const copy = Buffer.from(token);
    copy.writeUInt32LE((copy.readUInt32LE(offset) & ~flags) >>> 0, offset);
    return new Uint8Array(copy);
  };

const FLAGS_AT = [12, 20, 60];

describe('handshake: tampering with NTLM', () => {
  const KEPT = flagsOf('NEGOTIATE_UNICODE');

  it('rejects removed flags in every message', async () => {
    const flags = {
      sign: flagsOf('NEGOTIATE_SIGN'),
      seal: flagsOf('NEGOTIATE_SEAL'),
      'sign and seal': flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_SEAL'),
      '128 bit': flagsOf('NEGOTIATE_128'),
      '128 and 56 bit': flagsOf('NEGOTIATE_128', 'NEGOTIATE_56'),
      ESS: flagsOf('NEGOTIATE_EXTENDED_SESSIONSECURITY'),
      'key exchange': flagsOf('NEGOTIATE_KEY_EXCH'),
      unicode: KEPT,
    };
    const weak = ['56-bit', '40-bit', 'no-key-exchange', 'no-extended-session-security'] as const;
    for (const [name, bits] of Object.entries(flags)) {
      for (const [which, offset] of FLAGS_AT.entries()) {
        if (bits === KEPT && which === 2) continue;
        const downgrade = tamperWith(which, without(offset, bits));
        for (const allowWeak of [[], weak]) {
          const setting = { initialize: { allowWeak }, accept: { allowWeak } };
          const outcome = await pair(setting, downgrade).then(
            () => 'accepted',
            (error) => error.code,
          );
          const fine = ['SEC_E_UNSUPPORTED_FUNCTION', 'SEC_E_MESSAGE_ALTERED'];
          assert.ok(fine.includes(outcome), `${name} in message ${which}: ${outcome}`);
        }
      }
    }
  });

  it('rejects a challenge that offers less than the client requires', async () => {
    const both = flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_SEAL');
    for (const bits of [both, flagsOf('NEGOTIATE_SEAL'), KEPT]) {
      const { client, server } = await contexts();
      const { token } = await server.step((await client.step()).token);
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', client.step(without(20, bits)(token)));
    }
  });

  it('rejects every flipped bit in every message', async () => {
    const lengths: number[] = [];
    await pair({}, (token, index) => {
      lengths[index] = token.length;
      return token;
    });
    for (const [which, length] of lengths.entries()) {
      const accepted: number[] = [];
      for (let bit = 0; bit < 8 * length; bit++) {
        const outcome = await pair(
          {},
          tamperWith(which, (token) => flipped(token, bit)),
        ).then(
          () => 'accepted',
          (error) => {
            if (error.name !== 'SspiError') throw error;
            return error.code;
          },
        );
        if (outcome === 'accepted') accepted.push(bit >> 3);
      }
      assert.deepEqual(accepted, [], `message ${which}`);
    }
  });

  it('rejects a removed MIC, with and without its flag', async () => {
    const zeroed = (token: Uint8Array) => new Uint8Array(token).fill(0, 72, 88);
    await sspiRejected('SEC_E_MESSAGE_ALTERED', pair({}, tamperWith(2, zeroed)));
    const unflagged = (token: Uint8Array) => {
      const flag = Buffer.from([AV_ID.MsvAvFlags, 0, 4, 0, 2, 0, 0, 0]);
      const place = Buffer.from(token).indexOf(flag);
      assert.ok(place > 0);
      return zeroed(token).fill(0, place + 4, place + 5);
    };
    await sspiRejected('SEC_E_LOGON_DENIED', pair({}, tamperWith(2, unflagged)));
  });

  it('rejects a challenge whose timestamp was removed, although the client then sends no MIC', async () => {
    const withoutTimestamp = (token: Uint8Array) => {
      const copy = Buffer.from(token);
      // The timestamp is the last of the AV_PAIRs: MsvAvEOL moves over it.
      copy.writeUInt16LE(copy.readUInt16LE(40) - 12, 40);
      copy.fill(0, copy.length - 16, copy.length);
      return new Uint8Array(copy);
    };
    let mic: Uint8Array | undefined = new Uint8Array(1);
    const watching: Tamper = (token, index) => {
      if (index === 2) mic = decodeAuthenticate(token).mic;
      return index === 1 ? withoutTimestamp(token) : token;
    };
    await sspiRejected('SEC_E_MESSAGE_ALTERED', pair({}, watching));
    assert.equal(mic, undefined);
  });

  it('rejects a challenge without the names of the server if messages are protected', async () => {
    const nameless = tamperWith(1, (token) => {
      const copy = Buffer.from(token);
      copy.writeUInt16LE(4, 40);
      copy.fill(0, copy.readUInt32LE(44));
      return new Uint8Array(copy);
    });
    await sspiRejected('SEC_E_LOGON_DENIED', pair({}, nameless));
  });

  it('rejects anonymous and NTLMv1 responses', async () => {
    for (const length of [0, 1, 24, 43]) {
      const shortened = tamperWith(2, (token) => {
        const copy = Buffer.from(token);
        copy.writeUInt16LE(length, 20);
        copy.writeUInt16LE(length, 22);
        return new Uint8Array(copy);
      });
      await sspiRejected('SEC_E_LOGON_DENIED', pair({}, shortened));
    }
  });

  it('rejects an empty user name and names with a backslash', async () => {
    const claims: unknown[] = [];
    const accounts: AccountLookup = (claimed) => {
      claims.push(claimed);
      return { password: 'p' };
    };
    const renamed = tamperWith(2, (token) => {
      const copy = Buffer.from(token);
      copy.write('\\', copy.readUInt32LE(40) + 2, 'utf16le');
      return new Uint8Array(copy);
    });
    const nameless = tamperWith(2, (token) => new Uint8Array(token).fill(0, 36, 38));
    const setting = { identity: { user: 'a.b', password: 'p' }, accounts };
    for (const change of [renamed, nameless]) {
      await sspiRejected('SEC_E_LOGON_DENIED', pair(setting, change));
    }
    assert.deepEqual(claims, []);
    const { client, server } = await contexts({ accounts });
    const { token: challenge } = await server.step((await client.step()).token);
    const claim = { user: 'u', domain: 'TEST\\DOM', password: 'p' };
    await sspiRejected('SEC_E_LOGON_DENIED', server.step(authenticateWithoutMic(challenge, claim)));
    assert.deepEqual(claims, []);
  });

  it('rejects names with control characters', async () => {
    const claims: unknown[] = [];
    const accounts: AccountLookup = (claimed) => {
      claims.push(claimed);
      return { password: 'p' };
    };
    const base = { user: 'u', domain: 'd', password: 'p' };
    for (const control of [
      '\0',
      '\t',
      '\n',
      '\r',
      '\x1b',
      '\x1f',
      '\x7f',
      '\x9b',
      '\u2028',
      '\u202e',
    ]) {
      for (const part of ['user', 'domain', 'workstation'] as const) {
        for (const text of [control, `a${control}`, `a${control}b`]) {
          const setting = { identity: { ...base, [part]: text }, accounts };
          await sspiRejected('SEC_E_LOGON_DENIED', pair(setting));
        }
      }
    }
    assert.deepEqual(claims, []);
    const { server } = await pair({
      identity: { ...base, user: 'J\u00fcrgen \u00a0x', workstation: 'w' },
      accounts,
    });
    assert.equal(server.queryContextAttributes('names').userName, 'd\\J\u00fcrgen \u00a0x');
  });

  it('rejects session keys whose length is not 16', async () => {
    for (const length of [0, 1, 15, 17]) {
      const shortened = tamperWith(2, (token) => {
        const copy = Buffer.concat([token, Buffer.alloc(1)]);
        copy.writeUInt16LE(length, 52);
        return new Uint8Array(copy);
      });
      await sspiRejected('SEC_E_INVALID_TOKEN', pair({}, shortened));
    }
  });

  it('sends the target, the channel bindings, the MIC flag and no LM response', async () => {
    let sent = new Uint8Array(0);
    const initialize = { target: 'HTTP/www', channelBindings: ascii('x') };
    await pair({ initialize }, (token, index) => {
      if (index === 2) sent = new Uint8Array(token);
      return token;
    });
    const { response, mic, workstation } = decodeAuthenticate(sent);
    const pairs = response?.pairs ?? new Map();
    assert.equal(fromUtf16(pairs.get(AV_ID.MsvAvTargetName)), 'HTTP/www');
    assert.equal(pairs.get(AV_ID.MsvAvChannelBindings).length, 16);
    assert.equal(hex(pairs.get(AV_ID.MsvAvFlags)), '02000000');
    assert.equal(mic?.length, 16);
    assert.equal(workstation, '');
    assert.equal(hex(Buffer.from(sent).subarray(12, 14)), '1800');
    await pair({}, (token, index) => {
      if (index !== 2) return token;
      const { response } = decodeAuthenticate(token);
      // Some servers reject zeros in place of absent channel bindings.
      assert.equal(response?.pairs.has(AV_ID.MsvAvChannelBindings), false);
      assert.equal(response?.pairs.has(AV_ID.MsvAvTargetName), false);
      return token;
    });
  });

  it('sets the AV_PAIRs that only a client may set', async () => {
    let pairs: AvPairs = new Map();
    const client = [
      [AV_ID.MsvAvFlags, Uint8Array.of(7, 0, 0, 0)],
      [AV_ID.MsvAvSingleHost, new Uint8Array(48)],
      [AV_ID.MsvAvTargetName, utf16('HTTP/other')],
      [AV_ID.MsvAvChannelBindings, new Uint8Array(16).fill(1)],
    ] as const;
    const watching: Tamper = (token, index) => {
      if (index === 2) pairs = decodeAuthenticate(token).response?.pairs ?? pairs;
      if (index !== 1) return token;
      const message = decodeChallenge(token);
      const targetInfo = new Map([...message.targetInfo, ...client]);
      return encodeChallenge({ ...message, targetInfo }, 'TESTDOM');
    };
    await sspiRejected('SEC_E_MESSAGE_ALTERED', pair({}, watching));
    // Only the server knows whether the account is constrained.
    assert.equal(hex(pairs.get(AV_ID.MsvAvFlags) ?? ascii('')), '03000000');
    const others = client.slice(1).filter(([id]) => pairs.has(id));
    assert.deepEqual(others, []);
  });

  it('rejects names that are not UTF-16', async () => {
    const { client, server } = await contexts();
    const { token } = await server.step((await client.step()).token);
    const message = decodeChallenge(token);
    const targetInfo = new Map([...message.targetInfo, [AV_ID.MsvAvDnsTreeName, ascii('x')]]);
    const odd = encodeChallenge({ ...message, targetInfo }, 'TESTDOM');
    const error = await sspiRejected('SEC_E_INVALID_TOKEN', client.step(odd));
    assert.equal(error.path, 'CHALLENGE_MESSAGE.TargetInfo.MsvAvDnsTreeName');
  });

  it('accepts the short NEGOTIATE_MESSAGEs of old clients', async () => {
    const { server } = await contexts();
    const negotiate = Buffer.alloc(16);
    negotiate.write('NTLMSSP\0', 'latin1');
    negotiate.writeUInt32LE(1, 8);
    negotiate.writeUInt32LE(0xe2088235, 12);
    const { token, done } = await server.step(negotiate);
    assert.deepEqual([Buffer.from(token).readUInt32LE(8), done], [2, false]);
  });
});

describe('handshake: weak security', () => {
  const VARIANTS = {
    '56-bit': flagsOf('NEGOTIATE_128'),
    '40-bit': flagsOf('NEGOTIATE_128', 'NEGOTIATE_56'),
    'no-key-exchange': flagsOf('NEGOTIATE_KEY_EXCH'),
    'no-extended-session-security': flagsOf('NEGOTIATE_EXTENDED_SESSIONSECURITY'),
  };
  const isWeak = (name: string): name is keyof typeof VARIANTS => Object.hasOwn(VARIANTS, name);

  /** A client that is weaker than ours: both sides see its NEGOTIATE_MESSAGE. */
  const weakened = async (bits: number, client: string[], server: string[]) => {
    const setting = {
      initialize: { allowWeak: client.filter(isWeak) },
      accept: { allowWeak: server.filter(isWeak) },
    };
    const both = await contexts(setting);
    await both.client.step();
    const negotiate = without(12, bits)((await (await contexts()).client.step()).token);
    const { token } = await both.server.step(negotiate);
    return { ...both, answer: () => both.client.step(token) };
  };

  it('is rejected by the server unless it is allowed by name', async () => {
    for (const [name, bits] of Object.entries(VARIANTS)) {
      const others = Object.keys(VARIANTS).filter((other) => other !== name);
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', weakened(bits, [], []));
      const error = await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', weakened(bits, [], others));
      assert.ok(error.message.endsWith(name), error.message);
      await weakened(bits, [], [name]);
    }
  });

  it('is rejected by the client unless it is allowed by name', async () => {
    for (const [name, bits] of Object.entries(VARIANTS)) {
      const others = Object.keys(VARIANTS).filter((other) => other !== name);
      const refusing = await weakened(bits, others, [name]);
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', refusing.answer());
      const allowing = await weakened(bits, [name], [name]);
      assert.equal((await allowing.answer()).done, true);
    }
  });

  it('is rejected by the server if a client without MIC requests it in its last message', async () => {
    for (const bits of Object.values(VARIANTS)) {
      const { client, server } = await contexts();
      const { token } = await server.step((await client.step()).token);
      const weak = authenticateWithoutMic(without(20, bits)(token), ALICE);
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', server.step(weak));
    }
  });

  it('is allowed if no messages are protected', async () => {
    const strip = Object.values(VARIANTS).reduce((all, bits) => all | bits, 0);
    const setting = { initialize: { flags: [] } };
    const bare = await contexts(setting);
    const { token } = await bare.client.step();
    await bare.server.step(without(12, strip)(token));
  });
});
