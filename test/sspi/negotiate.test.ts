import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { derElement } from '../../src/bytes/write-der.js';
import { decodeChallenge, encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
  NTLM,
} from '../../src/sspi/spnego/token.js';
import { ALICE, authenticateWithoutMic } from '../support/authenticate.js';
import { bytes, hex } from '../support/ntlm.js';
import {
  ascii,
  contexts,
  flipped,
  handshake,
  pair,
  sspiRefused,
  sspiRejected,
  type Tamper,
} from '../support/sspi.js';

const SETTING = { package: 'Negotiate' };
const KERBEROS = '2a864886f712010202';
const MS_KERBEROS = '2a864882f712010202';
const negotiate = (initialize = {}) => contexts({ ...SETTING, initialize });

/** Changes one NegTokenResp in transit. */
const tamperWith =
  (which: number, change: (resp: NegTokenResp) => NegTokenResp): Tamper =>
  (token, index) =>
    index === which ? encodeNegTokenResp(change(decodeNegTokenResp(token))) : token;

describe('Negotiate', () => {
  it('sends the first token of NTLM with the offer, and MICs at the end', async () => {
    const seen: string[] = [];
    await pair(SETTING, (token, index) => {
      if (index === 0) {
        const { mechTypes, mechToken } = decodeNegTokenInit(token);
        assert.deepEqual(mechTypes, [NTLM]);
        assert.equal(hex(mechToken?.subarray(0, 8) ?? token), hex(ascii('NTLMSSP\0')));
      } else {
        const { negState, supportedMech, responseToken, mechListMIC } = decodeNegTokenResp(token);
        const parts = [negState, supportedMech === NTLM, responseToken?.[8], mechListMIC?.length];
        seen.push(parts.join());
      }
      return token;
    });
    assert.deepEqual(seen, [
      'accept-incomplete,true,2,',
      'accept-incomplete,false,3,16',
      'accept-completed,false,,16',
    ]);
  });

  it('counts mechListMIC, and starts the first message at its place in the key stream', async () => {
    const { client, server } = await pair(SETTING);
    const { trailer, data } = client.encryptMessage(ascii('first'));
    assert.equal(Buffer.from(trailer).readUInt32LE(12), 1);
    assert.equal(hex(server.decryptMessage({ trailer, data })), hex(ascii('first')));
  });

  it('accepts NTLM without SPNEGO', async () => {
    const { client } = await contexts();
    const { server } = await negotiate();
    await handshake({ client, server });
    server.verifySignature(ascii('x'), client.makeSignature(ascii('x')));
    assert.equal(server.queryContextAttributes('packageInfo').name, 'Negotiate');
    const raw = await contexts();
    const other = await negotiate();
    await sspiRejected('SEC_E_INVALID_TOKEN', handshake({ ...other, server: raw.server }));
  });

  it('needs no MICs without integrity', async () => {
    const states: unknown[] = [];
    await pair({ ...SETTING, initialize: { flags: [] } }, (token, index) => {
      if (index > 1) states.push(decodeNegTokenResp(token).mechListMIC);
      return token;
    });
    assert.deepEqual(states, [undefined, undefined]);
  });

  it('rejects MICs that are altered or missing', async () => {
    for (const which of [2, 3]) {
      for (const bit of [0, 32, 64, 95, 96, 127]) {
        const altered = tamperWith(which, ({ mechListMIC, ...resp }) => ({
          ...resp,
          mechListMIC: flipped(mechListMIC ?? ascii(''), bit),
        }));
        await sspiRejected('SEC_E_MESSAGE_ALTERED', pair(SETTING, altered));
      }
    }
    for (const which of [2, 3]) {
      const stripped = tamperWith(which, ({ mechListMIC: _, ...resp }) => resp);
      await sspiRejected('SEC_E_MESSAGE_ALTERED', pair(SETTING, stripped));
    }
  });

  it('requires mechListMIC at the server if NTLM has a MIC or another mechanism is preferred', async () => {
    const stripped = await negotiate();
    const { token } = await stripped.server.step((await stripped.client.step()).token);
    const last = decodeNegTokenResp((await stripped.client.step(token)).token);
    const cut = encodeNegTokenResp({ responseToken: last.responseToken });
    await sspiRejected('SEC_E_MESSAGE_ALTERED', stripped.server.step(cut));

    const { server } = await negotiate();
    const { client } = await contexts();
    await server.step(encodeNegTokenInit(encodeMechTypeList([KERBEROS, NTLM]), ascii('ticket')));
    const hello = encodeNegTokenResp({ responseToken: (await client.step()).token });
    const { responseToken: challenge } = decodeNegTokenResp((await server.step(hello)).token);
    const responseToken = authenticateWithoutMic(challenge ?? hello, ALICE);
    await sspiRejected('SEC_E_MESSAGE_ALTERED', server.step(encodeNegTokenResp({ responseToken })));
  });

  it('accepts a client without any MIC', async () => {
    const { client, server } = await negotiate();
    const { token } = await server.step((await client.step()).token);
    const { responseToken: challenge = token } = decodeNegTokenResp(token);
    const responseToken = authenticateWithoutMic(challenge, ALICE);
    const last = await server.step(encodeNegTokenResp({ responseToken }));
    assert.equal(last.done, true);
    assert.equal(decodeNegTokenResp(last.token).mechListMIC, undefined);
  });

  it('takes a list of 64 mechanisms, and reads no further one', async () => {
    const tokenOf = (others: number) => {
      const list = encodeMechTypeList([NTLM, ...Array.from({ length: others }, () => '2a0304')]);
      return encodeNegTokenInit(list, undefined);
    };
    const { server } = await negotiate();
    const { token } = await server.step(tokenOf(63));
    assert.equal(decodeNegTokenResp(token).supportedMech, NTLM);
    for (const others of [64, 10_000]) {
      const { server: other } = await negotiate();
      const error = await sspiRejected('SEC_E_INVALID_TOKEN', other.step(tokenOf(others)));
      assert.match(error.message, /mechType\[64\].*is one more than the 64 allowed/);
    }
  });

  it('names a token of Kerberos under the OID of NTLM', async () => {
    const { server } = await negotiate();
    const kerberos = derElement(0x60, derElement(6, bytes(KERBEROS)), ascii('\x01\x00token'));
    const token = encodeNegTokenInit(encodeMechTypeList([NTLM]), kerberos);
    const error = await sspiRejected('SEC_E_INVALID_TOKEN', server.step(token));
    assert.match(error.message, /a token of SPNEGO or Kerberos, .* the OID of the mechanism/);
  });

  it('rejects other mechanisms', async () => {
    for (const mechTypes of [[KERBEROS], [MS_KERBEROS, KERBEROS]]) {
      const { server } = await negotiate();
      const token = encodeNegTokenInit(encodeMechTypeList(mechTypes), ascii('token'));
      const error = await sspiRejected('SEC_E_SECPKG_NOT_FOUND', server.step(token));
      assert.equal(error.status, 0x80090305);
    }
    const { server } = await negotiate();
    const raw = derElement(0x60, derElement(6, bytes(KERBEROS)), ascii('\x01\x00token'));
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', server.step(raw));
    for (const which of [1, 2, 3]) {
      const chosen = tamperWith(which, (resp) => ({ ...resp, supportedMech: KERBEROS }));
      await sspiRejected('SEC_E_SECPKG_NOT_FOUND', pair(SETTING, chosen));
    }
    for (const which of [1, 2, 3]) {
      const rejected = tamperWith(which, (resp) => ({ ...resp, negState: 'reject' }));
      await sspiRejected('SEC_E_LOGON_DENIED', pair(SETTING, rejected));
    }
  });

  it('accepts a client that prefers another mechanism, and then requires the MIC', async () => {
    const mechTypeList = encodeMechTypeList([KERBEROS, NTLM]);
    const begin = async () => {
      const { server } = await negotiate();
      const { token } = await server.step(encodeNegTokenInit(mechTypeList, ascii('for Kerberos')));
      assert.deepEqual(
        { ...decodeNegTokenResp(token) },
        {
          negState: 'request-mic',
          supportedMech: NTLM,
          responseToken: undefined,
          mechListMIC: undefined,
        },
      );
      const { client } = await contexts();
      const { token: hello } = await client.step();
      const answer = await server.step(encodeNegTokenResp({ responseToken: hello }));
      const { responseToken } = decodeNegTokenResp(answer.token);
      const last = await client.step(responseToken);
      return { client, server, responseToken: last.token };
    };
    const honest = await begin();
    const mechListMIC = honest.client.makeSignature(mechTypeList);
    const { responseToken } = honest;
    const final = await honest.server.step(encodeNegTokenResp({ responseToken, mechListMIC }));
    assert.equal(final.done, true);
    assert.equal(decodeNegTokenResp(final.token).mechListMIC?.length, 16);
    // An attacker removed Kerberos from the list, or the MIC.
    for (const list of [undefined, encodeMechTypeList([NTLM]), encodeMechTypeList([KERBEROS])]) {
      const { client, server, responseToken } = await begin();
      const wrong = list === undefined ? undefined : client.makeSignature(list);
      const token = encodeNegTokenResp({ responseToken, mechListMIC: wrong });
      await sspiRejected('SEC_E_MESSAGE_ALTERED', server.step(token));
    }
  });

  it('detects an altered offer', async () => {
    const prepended: Tamper = (token, index) => {
      if (index !== 0) return token;
      const { mechToken = token } = decodeNegTokenInit(token);
      return encodeNegTokenInit(encodeMechTypeList([NTLM, KERBEROS]), mechToken);
    };
    await sspiRejected('SEC_E_MESSAGE_ALTERED', pair(SETTING, prepended));
  });

  it('answers a long challenge unless the answer would be too long', async () => {
    const answerTo = async (size: number) => {
      const { client, server } = await negotiate({ target: 'x'.repeat(1000) });
      const { token } = await server.step((await client.step()).token);
      const { responseToken = token, ...resp } = decodeNegTokenResp(token);
      const message = decodeChallenge(responseToken);
      const targetInfo = new Map([...message.targetInfo, [99, new Uint8Array(size)] as const]);
      const challenge = encodeChallenge({ ...message, targetInfo }, 'TESTDOM');
      return client.step(encodeNegTokenResp({ ...resp, responseToken: challenge }));
    };
    const over = (await answerTo(60_000)).token.length - 60_000;
    const most = 65_535 - over;
    assert.equal((await answerTo(most)).token.length, 65_535);
    for (const size of [most + 1, most + 100, 65_000]) {
      await sspiRejected('SEC_E_INVALID_TOKEN', answerTo(size));
    }
  });

  it('rejects answers in the wrong place', async () => {
    const wrong: [number, NegTokenResp][] = [
      [1, { negState: 'accept-completed' }],
      [1, { negState: 'accept-incomplete' }],
      [1, {}],
      [2, {}],
      [2, { mechListMIC: new Uint8Array(16) }],
      [3, { negState: 'accept-completed', responseToken: ascii('more') }],
    ];
    for (const [which, resp] of wrong) {
      await sspiRejected(
        'SEC_E_INVALID_TOKEN',
        pair(
          SETTING,
          tamperWith(which, () => resp),
        ),
      );
    }
    const unfinished = tamperWith(3, (resp) => ({ ...resp, negState: 'accept-incomplete' }));
    await sspiRejected('SEC_E_INVALID_TOKEN', pair(SETTING, unfinished));
  });

  it('reads strict DER only', () => {
    const good = encodeNegTokenInit(encodeMechTypeList([NTLM]), ascii('token'));
    decodeNegTokenInit(good);
    const text = hex(good);
    const wrong = {
      'a tail': `${text}00`,
      'an empty list': '6014060006062b0601050502a00630040a00000000',
      'a long form of a short length': text.replace(/^60(..)/, '6081$1'),
      'an indefinite length': text.replace(/^60../, '6080'),
      'a length of four bytes': text.replace(/^60(..)/, '6084000000$1'),
      'another tag': text.replace(/^60/, '61'),
      nothing: '',
    };
    for (const [name, token] of Object.entries(wrong)) {
      const error = sspiRefused('SEC_E_INVALID_TOKEN', () => decodeNegTokenInit(bytes(token)));
      assert.equal(typeof error.path, 'string', name);
      assert.equal(typeof error.offset, 'number', name);
    }
    const states = ['a1053003a0030a01', 'a1073005a0030a0104', 'a1073005a1030a0100'];
    for (const token of states) {
      sspiRefused('SEC_E_INVALID_TOKEN', () => decodeNegTokenResp(bytes(token)));
    }
    // NegTokenInit2 (MS-SPNG 2.2.1) has hints in the place of the MIC of RFC 4178.
    const hints = derElement(
      0xa3,
      derElement(0x30, derElement(0xa0, derElement(0x1b, ascii('x')))),
    );
    const list = derElement(0xa0, encodeMechTypeList([NTLM]));
    const init2 = derElement(0xa0, derElement(0x30, list, hints));
    const token = derElement(0x60, derElement(6, bytes('2b0601050502')), init2);
    assert.deepEqual(decodeNegTokenInit(token).mechTypes, [NTLM]);
  });
});
