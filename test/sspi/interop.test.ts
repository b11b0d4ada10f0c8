import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { derElement } from '../../src/bytes/write-der.js';
import { hmacMd5 } from '../../src/sspi/crypto/hmac-md5.js';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { rc4 } from '../../src/sspi/crypto/rc4.js';
import {
  decodeAuthenticate,
  encodeAuthenticate,
  MIC_OFFSET,
} from '../../src/sspi/ntlm/authenticate-message.js';
import { AV_FLAG, AV_ID } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge, encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf, hasFlag, type NtlmFlag } from '../../src/sspi/ntlm/flags.js';
import { ntowfv2, ntProof } from '../../src/sspi/ntlm/keys.js';
import { encodeNegotiate } from '../../src/sspi/ntlm/negotiate-message.js';
import { encodeTemp } from '../../src/sspi/ntlm/ntlmv2-response.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
  NTLM,
} from '../../src/sspi/spnego/token.js';
import type { SecurityContext, SspiErrorCode } from '../../src/sspi.js';
import { ALICE } from '../support/authenticate.js';
import { bytes, hex, interopToken } from '../support/ntlm.js';
import { ascii, contexts, handshake, type Pair, pair, sspiRejected } from '../support/sspi.js';

const NEGOTIATE = { package: 'Negotiate' };
const KERBEROS = '2a864886f712010202';

describe('a CHALLENGE_MESSAGE of other servers', () => {
  for (const id of ['challenge-empty-target-info', 'challenge-version-flag-without-version']) {
    const answer = async (token: Uint8Array, flags: [] | undefined): Promise<Uint8Array> => {
      const { client } = await contexts({ initialize: { flags } });
      await client.step();
      const step = await client.step(token);
      assert.equal(step.done, true);
      return step.token;
    };

    it(`${id} is accepted if no messages are protected`, async () => {
      const { response, user } = decodeAuthenticate(await answer(interopToken(id), []));
      assert.equal(user, 'alice');
      assert.equal(response?.pairs.size, 0);
    });

    it(`${id} is rejected if messages are protected`, async () => {
      const token = Buffer.from(interopToken(id));
      await sspiRejected('SEC_E_UNSUPPORTED_FUNCTION', answer(token, undefined));
      // Every flag is set, but the names are missing (MS-NLMP 3.1.5.1.2).
      token.writeUInt32LE(0xe2888235, 20);
      await sspiRejected('SEC_E_LOGON_DENIED', answer(token, undefined));
    });

    it(`${id} is rejected if it is damaged`, async () => {
      const token = interopToken(id);
      for (const length of [0, 8, 12, 31, 47]) {
        await sspiRejected('SEC_E_INVALID_TOKEN', answer(token.subarray(0, length), []));
      }
      for (const [offset, value] of [
        [12, 4],
        [40, 5],
      ] as const) {
        const copy = Buffer.from(token);
        copy.writeUInt16LE(value, offset);
        copy.writeUInt32LE(0xffff, offset + 4);
        await sspiRejected('SEC_E_INVALID_TOKEN', answer(copy, []));
      }
    });
  }
});

describe('the last token of other servers', () => {
  /** A client that waits for the last token, and the token of the server. */
  async function waiting(flags?: []): Promise<{ client: SecurityContext; last: NegTokenResp }> {
    const { client, server } = await contexts({ ...NEGOTIATE, initialize: { flags } });
    const challenge = await server.step((await client.step()).token);
    const last = await server.step((await client.step(challenge.token)).token);
    return { client, last: decodeNegTokenResp(last.token) };
  }

  it('completes without negState if mechListMIC is valid', async () => {
    const { client, last } = await waiting();
    const token = encodeNegTokenResp({ mechListMIC: last.mechListMIC });
    assert.equal(hex(token).slice(0, 16), 'a1163014a3120410');
    assert.equal((await client.step(token)).done, true);
    client.makeSignature(ascii('x'));
  });

  it('may be empty if no messages are protected', async () => {
    const { client } = await waiting([]);
    const { done, token } = await client.step(bytes('a1023000'));
    assert.deepEqual([done, token.length], [true, 0]);
  });

  it('is rejected otherwise', async () => {
    const { last } = await waiting();
    const other = last.mechListMIC;
    const wrong: [SspiErrorCode, NegTokenResp, []?][] = [
      ['SEC_E_MESSAGE_ALTERED', {}],
      // The MIC of another context.
      ['SEC_E_MESSAGE_ALTERED', { mechListMIC: other }],
      ['SEC_E_MESSAGE_ALTERED', { mechListMIC: new Uint8Array(16) }],
      ['SEC_E_INVALID_TOKEN', { mechListMIC: new Uint8Array(0) }],
      ['SEC_E_INVALID_TOKEN', { responseToken: ascii('more') }, []],
      ['SEC_E_INVALID_TOKEN', { negState: 'accept-incomplete' }, []],
      ['SEC_E_INVALID_TOKEN', { negState: 'request-mic' }, []],
      ['SEC_E_LOGON_DENIED', { negState: 'reject' }, []],
      ['SEC_E_SECPKG_NOT_FOUND', { supportedMech: KERBEROS }, []],
    ];
    for (const [code, resp, flags] of wrong) {
      const { client } = await waiting(flags);
      await sspiRejected(code, client.step(encodeNegTokenResp(resp)));
    }
  });

  it('may be preceded by tokens without negState, of the client too', async () => {
    const stripped = (token: Uint8Array, index: number) => {
      if (index === 0) return token;
      const { negState: _, supportedMech: __, ...resp } = decodeNegTokenResp(token);
      return encodeNegTokenResp(resp);
    };
    const { client, server } = await pair(NEGOTIATE, stripped);
    server.verifySignature(ascii('x'), client.makeSignature(ascii('x')));
  });
});

describe('a server that speaks first (MS-SPNG 3.2.5.2)', () => {
  const list = (...oids: string[]) => derElement(0xa0, encodeMechTypeList(oids));
  const hints = derElement(0xa3, derElement(0x30, derElement(0xa0, derElement(0x1b, ascii('x')))));
  const init2 = (...fields: Uint8Array[]) =>
    derElement(
      0x60,
      derElement(6, bytes('2b0601050502')),
      derElement(0xa0, derElement(0x30, ...fields)),
    );

  it('gets the usual offer, and the handshake continues as usual', async () => {
    const tokens = {
      'with hints': init2(list('2a864882f712010202', NTLM), hints),
      'with NTLM alone': init2(list(NTLM)),
      'without NTLM': init2(list(KERBEROS), hints),
      'without a list': init2(hints),
      'with nothing': init2(),
      'with a token of its own': init2(list(NTLM), derElement(0xa2, derElement(4, ascii('x')))),
      'with a MIC, which nobody verifies': init2(list(NTLM), derElement(0xa4, derElement(4))),
    };
    for (const [name, first] of Object.entries(tokens)) {
      const { client, server } = await contexts(NEGOTIATE);
      const { token, done } = await client.step(first);
      assert.equal(done, false);
      assert.deepEqual(decodeNegTokenInit(token).mechTypes, [NTLM], name);
      const challenge = await server.step(token);
      const last = await server.step((await client.step(challenge.token)).token);
      await client.step(last.token);
      server.verifySignature(ascii('x'), client.makeSignature(ascii('x')));
    }
  });

  it('is rejected if its token is malformed or of another type', async () => {
    const wrong: Record<string, Uint8Array> = {
      'an empty list': init2(derElement(0xa0, derElement(0x30))),
      'hints of another shape': init2(list(NTLM), derElement(0xa3, derElement(0x31))),
      'a hint that is no text': init2(
        list(NTLM),
        derElement(0xa3, derElement(0x30, derElement(0xa0, derElement(0x0c, ascii('x'))))),
      ),
      'more than a hint': init2(derElement(0xa3, derElement(0x30, derElement(0xa2)))),
      'fields out of order': init2(hints, list(NTLM)),
      'a MIC that is no octets': init2(derElement(0xa4, derElement(3))),
      'another field': init2(derElement(0xa5, derElement(4))),
      'a tail': Buffer.concat([init2(list(NTLM)), Buffer.alloc(1)]),
      'a NegTokenResp': encodeNegTokenResp({ negState: 'accept-incomplete' }),
      'NTLM without SPNEGO': interopToken('challenge-empty-target-info'),
      text: ascii('hello'),
    };
    const whole = init2(list(NTLM), hints);
    for (let length = 1; length < whole.length; length++) {
      wrong[`${length} bytes of it`] = whole.subarray(0, length);
    }
    for (const [name, token] of Object.entries(wrong)) {
      const { client } = await contexts(NEGOTIATE);
      await sspiRejected('SEC_E_INVALID_TOKEN', client.step(token)).catch((error) => {
        throw new Error(`${name}: ${error}`);
      });
    }
    const kerberos = derElement(0x60, derElement(6, bytes(KERBEROS)));
    const { client } = await contexts(NEGOTIATE);
    await sspiRejected('SEC_E_SECPKG_NOT_FOUND', client.step(kerberos));
  });

  it('is rejected by NTLM, a second time, and by a server', async () => {
    const token = init2(list(NTLM), hints);
    const ntlm = await contexts();
    await sspiRejected('SEC_E_INVALID_TOKEN', ntlm.client.step(token));
    const { client } = await contexts(NEGOTIATE);
    await client.step(token);
    await sspiRejected('SEC_E_INVALID_TOKEN', client.step(token));
    const { server } = await contexts(NEGOTIATE);
    await sspiRejected('SEC_E_INVALID_TOKEN', server.step(init2(hints)));
  });

  it('cannot remove mechListMIC over the offer of the client', async () => {
    const { client, server } = await contexts(NEGOTIATE);
    await client.step(init2(list(KERBEROS, NTLM), hints));
    const other = await contexts(NEGOTIATE);
    const { mechToken = ascii('') } = decodeNegTokenInit((await other.client.step()).token);
    // An attacker replaces the list of the client with that of the server.
    const offer = encodeNegTokenInit(encodeMechTypeList([NTLM, KERBEROS]), mechToken);
    const challenge = await server.step(offer);
    const answer = await other.client.step(challenge.token);
    await sspiRejected('SEC_E_MESSAGE_ALTERED', server.step(answer.token));
  });
});

describe('a key exchange without signing or sealing (MS-NLMP 3.1.5.1.2, 3.2.5.1.2)', () => {
  const OFFER: readonly NtlmFlag[] = [
    'NEGOTIATE_UNICODE',
    'NEGOTIATE_NTLM',
    'NEGOTIATE_EXTENDED_SESSIONSECURITY',
    'NEGOTIATE_128',
    'NEGOTIATE_KEY_EXCH',
  ];

  /** A client that sends a key and chooses the key of its MIC. */
  async function logOn(
    micKeyOf: (keyExchangeKey: Uint8Array, sent: Uint8Array) => Uint8Array,
    ...more: NtlmFlag[]
  ): Promise<{ server: SecurityContext; keyExchangeKey: Uint8Array; sent: Uint8Array }> {
    const { server } = await contexts();
    const negotiate = encodeNegotiate(flagsOf(...OFFER, ...more));
    const { token: challenge } = await server.step(negotiate);
    const { flags, serverChallenge, targetInfo } = decodeChallenge(challenge);
    const isSigned = more.includes('NEGOTIATE_SIGN');
    assert.equal(hasFlag(flags, 'NEGOTIATE_KEY_EXCH'), isSigned);
    const { user, domain, password } = ALICE;
    const mic = [AV_ID.MsvAvFlags, Uint8Array.of(AV_FLAG.mic, 0, 0, 0)] as const;
    const temp = encodeTemp(new Uint8Array(8), new Uint8Array(8), new Map([...targetInfo, mic]));
    const responseKey = ntowfv2(ntHashOf(password), user, domain);
    const proof = ntProof(responseKey, serverChallenge, temp);
    const keyExchangeKey = hmacMd5(responseKey, proof);
    const sent = new Uint8Array(16).fill(7);
    const parts = {
      flags: (flags | flagsOf('NEGOTIATE_KEY_EXCH')) >>> 0,
      ...{ domain, user, workstation: '', lmResponse: new Uint8Array(24) },
      ntResponse: Buffer.concat([proof, temp]),
      encryptedSessionKey: rc4(keyExchangeKey, sent),
    };
    const authenticate = encodeAuthenticate(parts, true);
    const key = micKeyOf(new Uint8Array(keyExchangeKey), sent);
    authenticate.set(hmacMd5(key, negotiate, challenge, authenticate), MIC_OFFSET);
    const copy = new Uint8Array(keyExchangeKey);
    await server.step(authenticate);
    return { server, keyExchangeKey: copy, sent };
  }

  it('keeps KeyExchangeKey as the session key', async () => {
    const { server, keyExchangeKey } = await logOn((key) => key);
    assert.equal(hex(server.queryContextAttributes('sessionKey')), hex(keyExchangeKey));
  });

  it('ignores the key that the client sends', async () => {
    await sspiRejected(
      'SEC_E_MESSAGE_ALTERED',
      logOn((_, sent) => sent),
    );
  });

  it('exchanges the key if messages are signed', async () => {
    const { server, sent } = await logOn((_, key) => key, 'NEGOTIATE_SIGN');
    assert.equal(hex(server.queryContextAttributes('sessionKey')), hex(sent));
    await sspiRejected(
      'SEC_E_MESSAGE_ALTERED',
      logOn((key) => key, 'NEGOTIATE_SIGN'),
    );
  });

  it('sends no key as the client, whatever the server requests', async () => {
    const { client, server } = await contexts({ initialize: { flags: [] } });
    const { token } = await server.step((await client.step()).token);
    const { flags, ...challenge } = decodeChallenge(token);
    const wanting = { ...challenge, flags: (flags | flagsOf('NEGOTIATE_KEY_EXCH')) >>> 0 };
    const answer = await client.step(encodeChallenge(wanting, 'TESTDOM'));
    assert.equal(decodeAuthenticate(answer.token).encryptedSessionKey.length, 0);
  });

  it('is absent in datagrams without integrity, which always request it', async () => {
    const options = { flags: ['datagram'] as const };
    const { client, server } = await contexts({ initialize: options, accept: options });
    const { token: challenge } = await server.step();
    await client.step();
    const { token } = await client.step(challenge);
    const { encryptedSessionKey, flags } = decodeAuthenticate(token);
    assert.ok(hasFlag(flags, 'NEGOTIATE_KEY_EXCH'));
    assert.equal(encryptedSessionKey.length, 0);
    await server.step(token);
    const keys = [client, server].map((end) => hex(end.queryContextAttributes('sessionKey')));
    assert.equal(keys[0], keys[1]);
  });
});

describe('a challenge that is relayed back to its own process', () => {
  /** An attacker relays the tokens of our client, which wants another server, to our server. */
  async function reflect(accept: Parameters<typeof contexts>[0] = {}): Promise<Pair> {
    const both = await contexts({ initialize: { target: 'HTTP/other.example' }, ...accept });
    await handshake(both);
    return both;
  }

  it('is accepted as the account of the client without targets and channel bindings', async () => {
    const { server } = await reflect();
    assert.equal(server.queryContextAttributes('names').userName, 'TESTDOM\\alice');
  });

  it('is rejected with targets, with channel bindings and with a separate account', async () => {
    await sspiRejected('SEC_E_WRONG_PRINCIPAL', reflect({ accept: { targets: ['HTTP/ours'] } }));
    const nameless = { initialize: {}, accept: { targets: ['HTTP/ours'] } };
    await sspiRejected('SEC_E_WRONG_PRINCIPAL', reflect(nameless));
    const channelBindings = ascii('tls-exporter:ours');
    await sspiRejected('SEC_E_BAD_BINDINGS', reflect({ accept: { channelBindings } }));
    await sspiRejected('SEC_E_LOGON_DENIED', reflect({ accounts: () => undefined }));
  });
});
