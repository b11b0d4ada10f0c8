import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { hmacMd5 } from '../../src/sspi/crypto/hmac-md5.js';
import { md4 } from '../../src/sspi/crypto/md4.js';
import { ntHashOf } from '../../src/sspi/crypto/nt-hash.js';
import { rc4 } from '../../src/sspi/crypto/rc4.js';
import {
  decodeAuthenticate,
  encodeAuthenticate,
  MIC_OFFSET,
} from '../../src/sspi/ntlm/authenticate-message.js';
import { AV_ID, encodeAvPairs } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge, encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf, NTLM_FLAGS } from '../../src/sspi/ntlm/flags.js';
import { ntowfv2, ntProof, sealKey, signKey } from '../../src/sspi/ntlm/keys.js';
import { MessageSecurity } from '../../src/sspi/ntlm/message-security.js';
import { decodeNegotiate } from '../../src/sspi/ntlm/negotiate-message.js';
import { encodeTemp } from '../../src/sspi/ntlm/ntlmv2-response.js';
import { fromUtf16, utf16 } from '../../src/sspi/utf16.js';
import { bytes, fieldsOf, hex, msNlmp, transcripts } from '../support/ntlm.js';
import { des, desl, lmHash, md5 } from '../support/ntlmv1.js';

const { common, ntlmv1, ntlmv1ess, ntlmv2, derived } = msNlmp;
const serverChallenge = bytes(common.serverChallenge);
const clientChallenge = bytes(common.clientChallenge);
const randomSessionKey = bytes(common.randomSessionKey);
const text = (name: string) => hex(utf16(name));

const SEALING = { encrypt: true, sequence: 0 };

describe('MS-NLMP 4.2.2: NTLMv1, its hashes and messages', () => {
  const ntHash = ntHashOf(common.passwd);
  const lm = lmHash(common.passwd);

  it('hashes the password', () => {
    assert.equal(hex(ntHash), ntlmv1.NTOWFv1);
    assert.equal(hex(lm), ntlmv1.LMOWFv1);
    assert.equal(hex(md4(ntHash)), ntlmv1.sessionBaseKey);
  });

  it('computes responses and keys', () => {
    assert.equal(hex(desl(lm, serverChallenge)), ntlmv1.lmResponse);
    assert.equal(hex(desl(ntHash, serverChallenge)), ntlmv1.ntResponse);
    const lmResponse = bytes(ntlmv1.lmResponse).subarray(0, 8);
    const weakened = Buffer.concat([lm.subarray(7, 8), Buffer.alloc(6, 0xbd)]);
    const keys = {
      default: hex(md4(ntHash)),
      nonNtSessionKey: hex(Buffer.concat([lm.subarray(0, 8), Buffer.alloc(8)])),
      lmKey: hex(Buffer.concat([des(lm.subarray(0, 7), lmResponse), des(weakened, lmResponse)])),
    };
    assert.deepEqual(keys, ntlmv1.keyExchangeKey);
    const encrypted = Object.fromEntries(
      Object.entries(keys).map(([name, key]) => [name, hex(rc4(bytes(key), randomSessionKey))]),
    );
    assert.deepEqual(encrypted, ntlmv1.encryptedSessionKey);
  });

  it('reads the messages', () => {
    const challenge = fieldsOf(decodeChallenge, bytes(ntlmv1.challengeMessage));
    assert.equal(challenge['CHALLENGE_MESSAGE.TargetName'], text(common.serverName));
    assert.equal(challenge['CHALLENGE_MESSAGE.ServerChallenge'], common.serverChallenge);
    assert.equal(challenge['CHALLENGE_MESSAGE.NegotiateFlags'], Number(ntlmv1.negotiateFlags));
    const token = bytes(ntlmv1.authenticateMessage);
    const { response, ...message } = decodeAuthenticate(token);
    assert.equal(response, undefined);
    assert.equal(message.user, common.user);
    assert.equal(message.domain, common.userDom);
    assert.equal(message.workstation, common.workstation);
    assert.equal(hex(message.encryptedSessionKey), ntlmv1.encryptedSessionKey.default);
    const fields = fieldsOf(decodeAuthenticate, token);
    assert.equal(fields['AUTHENTICATE_MESSAGE.LmChallengeResponse'], ntlmv1.lmResponse);
    assert.equal(fields['AUTHENTICATE_MESSAGE.NtChallengeResponse'], ntlmv1.ntResponse);
  });

  it('writes the AUTHENTICATE_MESSAGE byte for byte', () => {
    const token = bytes(ntlmv1.authenticateMessage);
    const parts = {
      flags: decodeAuthenticate(token).flags,
      domain: common.userDom,
      user: common.user,
      workstation: common.workstation,
      lmResponse: bytes(ntlmv1.lmResponse),
      ntResponse: bytes(ntlmv1.ntResponse),
      encryptedSessionKey: bytes(ntlmv1.encryptedSessionKey.default),
      version: token.subarray(64, 72),
    };
    assert.equal(hex(encodeAuthenticate(parts, false)), ntlmv1.authenticateMessage);
  });

  it('seals without extended session security', () => {
    const { wrap, negotiateFlags } = ntlmv1;
    const flags = Number(negotiateFlags);
    assert.equal(hex(sealKey(randomSessionKey, flags, 'client-to-server')), wrap.sealKey);
    const plaintext = bytes(wrap.plaintext);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(plaintext));
    assert.equal(hex(checksum), wrap.crc32Checksum);
    const security = new MessageSecurity(randomSessionKey, flags, 'client');
    const { data, trailer } = security.encrypt([{ bytes: plaintext, flag: undefined }], {
      ...SEALING,
      sequence: wrap.seqNum,
    });
    assert.equal(hex(data[0] ?? plaintext), wrap.sealed);
    assert.equal(hex(trailer), wrap.signature);
    assert.equal(hex(trailer.subarray(4, 8)), wrap.randomPad);
  });
});

describe('MS-NLMP 4.2.3: NTLMv1 with a client challenge', () => {
  const { wrap } = ntlmv1ess;
  const flags = Number(ntlmv1ess.negotiateFlags);

  it('computes responses and keys', () => {
    const ntHash = ntHashOf(common.passwd);
    const lmResponse = Buffer.concat([clientChallenge, Buffer.alloc(16)]);
    assert.equal(hex(lmResponse), ntlmv1ess.lmResponse);
    const challenge = md5(serverChallenge, clientChallenge).subarray(0, 8);
    assert.equal(hex(desl(ntHash, challenge)), ntlmv1ess.ntResponse);
    const sessionBaseKey = md4(ntHash);
    assert.equal(hex(sessionBaseKey), ntlmv1ess.sessionBaseKey);
    const key = hmacMd5(sessionBaseKey, serverChallenge, lmResponse.subarray(0, 8));
    assert.equal(hex(key), ntlmv1ess.keyExchangeKey);
  });

  it('seals with 56 bits and without key exchange', () => {
    const key = bytes(ntlmv1ess.keyExchangeKey);
    assert.equal(hex(sealKey(key, flags, 'client-to-server')), wrap.sealKey);
    assert.equal(hex(signKey(key, 'client-to-server')), wrap.signKey);
    assertWrap(key, flags, wrap);
  });
});

describe('MS-NLMP 4.2.4: NTLMv2', () => {
  const flags = Number(ntlmv2.negotiateFlags);
  const targetInfo = new Map([
    [AV_ID.MsvAvNbDomainName, utf16('Domain')],
    [AV_ID.MsvAvNbComputerName, utf16('Server')],
  ]);
  const responseKey = ntowfv2(ntHashOf(common.passwd), common.user, common.userDom);
  const temp = encodeTemp(bytes(common.time), clientChallenge, targetInfo);
  const proof = ntProof(responseKey, serverChallenge, temp);

  it('computes the response and the keys', () => {
    assert.equal(hex(encodeAvPairs(targetInfo)), ntlmv2.targetInfo);
    assert.equal(hex(responseKey), ntlmv2.NTOWFv2);
    assert.equal(hex(proof), ntlmv2.ntProofStr);
    const sessionBaseKey = hmacMd5(responseKey, proof);
    assert.equal(hex(sessionBaseKey), ntlmv2.sessionBaseKey);
    assert.equal(hex(rc4(sessionBaseKey, randomSessionKey)), ntlmv2.encryptedSessionKey);
    const lmv2 = hmacMd5(responseKey, serverChallenge, clientChallenge);
    assert.equal(hex(lmv2), ntlmv2.lmv2ProofPart);
  });

  it('writes the CHALLENGE_MESSAGE byte for byte, and reads it', () => {
    const token = bytes(ntlmv2.challengeMessage);
    const message = decodeChallenge(token);
    assert.equal(message.flags, flags);
    assert.deepEqual(message, { flags, serverChallenge, targetInfo });
    const version = token.subarray(48, 56);
    const written = encodeChallenge(message, common.serverName, version);
    assert.equal(hex(written), ntlmv2.challengeMessage);
  });

  it('writes the AUTHENTICATE_MESSAGE byte for byte, and reads it', () => {
    const token = bytes(ntlmv2.authenticateMessage);
    const { response, ...message } = decodeAuthenticate(token);
    assert.equal(hex(response?.proof ?? token), hex(proof));
    assert.equal(hex(response?.temp ?? token), hex(temp));
    const { user, domain, workstation } = message;
    const names = [common.user, common.userDom, common.workstation];
    assert.deepEqual([user, domain, workstation], names);
    assert.equal(message.mic, undefined);
    const parts = {
      flags: message.flags,
      domain: common.userDom,
      user: common.user,
      workstation: common.workstation,
      lmResponse: Buffer.concat([bytes(ntlmv2.lmv2ProofPart), clientChallenge]),
      ntResponse: Buffer.concat([proof, temp]),
      encryptedSessionKey: bytes(ntlmv2.encryptedSessionKey),
      version: token.subarray(64, 72),
    };
    assert.equal(hex(encodeAuthenticate(parts, false)), ntlmv2.authenticateMessage);
  });

  it('seals with 128 bits and key exchange', () => {
    const { wrap } = ntlmv2;
    assert.equal(hex(sealKey(randomSessionKey, flags, 'client-to-server')), wrap.sealKey);
    assert.equal(hex(signKey(randomSessionKey, 'client-to-server')), wrap.signKey);
    assertWrap(randomSessionKey, flags, wrap);
  });

  it('derives the other keys', () => {
    assert.equal(hex(signKey(randomSessionKey, 'server-to-client')), derived.serverSignKey);
    const ess = flagsOf('NEGOTIATE_EXTENDED_SESSIONSECURITY');
    const keyOf = (bits: number, direction: 'client' | 'server') => {
      const way = direction === 'client' ? 'client-to-server' : 'server-to-client';
      return hex(sealKey(randomSessionKey, bits, way));
    };
    const keys = {
      client128: keyOf(ess | NTLM_FLAGS.NEGOTIATE_128, 'client'),
      server128: keyOf(ess | NTLM_FLAGS.NEGOTIATE_128, 'server'),
      client56: keyOf(ess | NTLM_FLAGS.NEGOTIATE_56, 'client'),
      server56: keyOf(ess | NTLM_FLAGS.NEGOTIATE_56, 'server'),
      client40: keyOf(ess, 'client'),
      server40: keyOf(ess, 'server'),
    };
    for (const [name, key] of Object.entries(keys)) {
      assert.equal(key, derived.sealKey[name as keyof typeof keys], name);
    }
    const withoutExchange = flags & ~NTLM_FLAGS.NEGOTIATE_KEY_EXCH;
    const security = new MessageSecurity(randomSessionKey, withoutExchange, 'client');
    const { trailer } = security.encrypt(
      [{ bytes: bytes(ntlmv2.wrap.plaintext), flag: undefined }],
      SEALING,
    );
    assert.equal(hex(trailer), derived.noKeyExchWrapSignature);
  });
});

for (const vector of transcripts) {
  describe(`transcript ${vector.label}`, () => {
    const [negotiate, challenge, authenticate] = [
      bytes(vector.negotiate),
      bytes(vector.challenge),
      bytes(vector.authenticate),
    ];
    const message = decodeAuthenticate(authenticate);
    const key = bytes(vector.exportedSessionKey);
    const { targetInfo, ...rest } = decodeChallenge(challenge);
    const plain = (data: string) => [
      { bytes: Uint8Array.from(Buffer.from(data, 'latin1')), flag: undefined },
    ];

    it('has the names and the negotiated flags', () => {
      assert.deepEqual([message.user, message.domain], [vector.user, vector.domain]);
      const wanted = flagsOf('NEGOTIATE_SIGN', 'NEGOTIATE_SEAL', 'NEGOTIATE_128');
      for (const flags of [decodeNegotiate(negotiate).flags, rest.flags, message.flags]) {
        assert.equal((flags & wanted) >>> 0, wanted);
      }
      const computer = targetInfo.get(AV_ID.MsvAvNbComputerName) ?? key;
      assert.equal(fromUtf16(computer), 'SRV1');
    });

    it('has the proof, the session key and the MIC', () => {
      const responseKey = ntowfv2(ntHashOf(vector.password), vector.user, vector.domain);
      const { proof, temp } = message.response ?? assert.fail('the NTLMv2 response is missing');
      assert.equal(hex(ntProof(responseKey, rest.serverChallenge, temp)), hex(proof));
      const exchangeKey = hmacMd5(responseKey, proof);
      assert.equal(hex(rc4(exchangeKey, message.encryptedSessionKey)), vector.exportedSessionKey);
      assert.equal(hex(message.mic ?? key), vector.mic);
      const zeroed = new Uint8Array(authenticate).fill(0, MIC_OFFSET, MIC_OFFSET + 16);
      assert.equal(hex(hmacMd5(key, negotiate, challenge, zeroed)), vector.mic);
    });

    it('has the signatures and sealed messages of both sides, and each side accepts them', () => {
      const client = new MessageSecurity(key, message.flags, 'client');
      const server = new MessageSecurity(key, message.flags, 'server');
      for (const signature of vector.clientSignatures) {
        assert.equal(hex(client.sign(plain(vector.message), 0)), signature);
        server.verify(plain(vector.message), bytes(signature), 0);
      }
      const { serverSignature } = vector;
      assert.equal(hex(server.sign(plain(serverSignature.message), 0)), serverSignature.sig);
      client.verify(plain(serverSignature.message), bytes(serverSignature.sig), 0);
      for (const [from, to, { plaintext, trailerPlusCiphertext }] of [
        [client, server, vector.clientSealed],
        [server, client, vector.serverSealed],
      ] as const) {
        const { trailer, data } = from.encrypt(plain(plaintext), SEALING);
        assert.equal(hex(trailer) + hex(data[0] ?? trailer), trailerPlusCiphertext);
        const [opened] = to.decrypt(
          {
            trailer,
            buffers: [{ bytes: data[0] ?? trailer, flag: undefined }],
            padding: new Uint8Array(0),
          },
          SEALING,
        );
        assert.equal(Buffer.from(opened ?? trailer).toString('latin1'), plaintext);
      }
    });
  });
}

function assertWrap(key: Uint8Array, flags: number, wrap: (typeof ntlmv2)['wrap']): void {
  const security = new MessageSecurity(key, flags, 'client');
  const { data, trailer } = security.encrypt([{ bytes: bytes(wrap.plaintext), flag: undefined }], {
    ...SEALING,
    sequence: wrap.seqNum,
  });
  assert.equal(hex(data[0] ?? trailer), wrap.sealed);
  assert.equal(hex(trailer), wrap.signature);
}
