import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../src/bytes/reader.js';
import { decodeAuthenticate } from '../../src/sspi/ntlm/authenticate-message.js';
import { AV_ID, encodeAvPairs, readAvPairs } from '../../src/sspi/ntlm/av-pairs.js';
import { decodeChallenge, encodeChallenge } from '../../src/sspi/ntlm/challenge-message.js';
import { flagsOf } from '../../src/sspi/ntlm/flags.js';
import { decodeNegotiate, encodeNegotiate } from '../../src/sspi/ntlm/negotiate-message.js';
import { tokenReader } from '../../src/sspi/token-reader.js';
import { bytes, hex, interopToken, transcripts } from '../support/ntlm.js';
import { ascii, sspiRefused } from '../support/sspi.js';

const at = (work: () => unknown) => {
  const { path, offset } = sspiRefused('SEC_E_INVALID_TOKEN', work);
  return [path, offset];
};
const [transcript = assert.fail('the transcript is missing')] = transcripts;
const authenticate = Buffer.from(transcript.authenticate, 'hex');

/** The AUTHENTICATE_MESSAGE of the transcript with a field changed. */
const with_ = (change: (token: Buffer) => unknown) => {
  const token = Buffer.from(authenticate);
  change(token);
  return () => decodeAuthenticate(token);
};

describe('AV_PAIRs', () => {
  const read = (text: string) => readAvPairs(tokenReader(bytes(text)));

  it('keep their order, known or unknown', () => {
    const pairs = read('0300020041000b000000' + '01000200420000000000');
    assert.deepEqual(
      [...pairs].map(([id, value]) => [id, hex(value)]),
      [
        [3, '4100'],
        [11, ''],
        [1, '4200'],
      ],
    );
    assert.equal(hex(encodeAvPairs(pairs)), '0300020041000b00000001000200420000000000');
  });

  it('end with MsvAvEOL, which is empty', () => {
    assert.deepEqual(
      at(() => read('')),
      ['AvId', 0],
    );
    assert.deepEqual(
      at(() => read('01000200')),
      ['MsvAvNbComputerName', 4],
    );
    assert.deepEqual(
      at(() => read('010000')),
      ['AvLen', 2],
    );
    assert.deepEqual(
      at(() => read('0000010041')),
      ['MsvAvEOL', 0],
    );
  });

  it('are not repeated', () => {
    assert.deepEqual(
      at(() => read('010000000200000001000000' + '00000000')),
      ['MsvAvNbComputerName', 8],
    );
  });

  it('have the lengths they must have', () => {
    for (const [id, length] of [
      [AV_ID.MsvAvFlags, 4],
      [AV_ID.MsvAvTimestamp, 8],
      [AV_ID.MsvAvChannelBindings, 16],
    ] as const) {
      const list = (size: number) => encodeAvPairs(new Map([[id, new Uint8Array(size)]]));
      for (const wrong of [0, length - 1, length + 1]) {
        sspiRefused('SEC_E_INVALID_TOKEN', () => readAvPairs(tokenReader(list(wrong))));
      }
      assert.equal(readAvPairs(tokenReader(list(length))).size, 1);
    }
  });
});

describe('NTLM messages', () => {
  it('begin with NTLMSSP and their type', () => {
    const negotiate = bytes(transcript.negotiate);
    assert.deepEqual(
      at(() => decodeChallenge(negotiate)),
      ['CHALLENGE_MESSAGE.MessageType', 8],
    );
    assert.deepEqual(
      at(() => decodeNegotiate(ascii('NTLMSSQ\0'))),
      ['NEGOTIATE_MESSAGE.Signature', 0],
    );
    for (const [foreign, problem] of [
      [
        Uint8Array.of(0x60, 6, 1, 2, 3, 4, 5, 6),
        ': this is a token of SPNEGO or Kerberos, use the package Negotiate and the OID of the mechanism',
      ],
      [
        Uint8Array.of(0xa1, 6, 1, 2, 3, 4, 5, 6),
        ': this is a SPNEGO token, use the package Negotiate',
      ],
      [ascii(Buffer.from(negotiate).toString('base64')), ': this is base64 text, decode it'],
      [ascii('something else'), ''],
    ] as const) {
      assert.throws(() => decodeNegotiate(foreign), {
        message: `NEGOTIATE_MESSAGE.Signature: is not NTLMSSP${problem} (at offset 0)`,
      });
    }
    assert.deepEqual(
      at(() => decodeAuthenticate(ascii('NTLM'))),
      ['AUTHENTICATE_MESSAGE.Signature', 0],
    );
  });

  it('have payloads within their bounds', () => {
    const path = 'AUTHENTICATE_MESSAGE.UserName';
    for (const edit of [
      (token: Buffer) => token.writeUInt32LE(authenticate.length - 9, 40),
      (token: Buffer) => token.writeUInt32LE(0xffffffff, 40),
      (token: Buffer) => token.writeUInt16LE(0xffff, 36),
    ]) {
      // The offset of the field that points out of the message.
      assert.deepEqual(at(with_(edit)), [path, 36]);
    }
    assert.equal(at(with_((token) => token.writeUInt16LE(9, 36)))[0], path);
  });

  it('have names of whole characters', () => {
    for (const [field, name] of [
      [28, 'DomainName'],
      [36, 'UserName'],
    ] as const) {
      const [path] = at(with_((token) => token.writeUInt16LE(3, field)));
      assert.equal(path, `AUTHENTICATE_MESSAGE.${name}`);
    }
  });

  it('may have payloads that overlap, and empty ones anywhere', () => {
    const overlapping = with_((token) => authenticate.copy(token, 28, 36, 44))();
    assert.equal(overlapping.domain, overlapping.user);
    const nowhere = with_((token) => {
      token.writeUInt16LE(0, 36);
      token.writeUInt32LE(0xffffffff, 40);
    })();
    assert.equal(nowhere.user, '');
  });

  it('have a MIC if and only if the flag is set', () => {
    assert.equal(hex(decodeAuthenticate(authenticate).mic ?? authenticate), transcript.mic);
    const flag = authenticate.indexOf(Buffer.from('0600040002000000', 'hex'));
    const { mic } = with_((token) => token.writeUInt8(0, flag + 4))();
    assert.equal(mic, undefined);
  });

  it('have session keys of 16 bytes or none', () => {
    const start = authenticate.readUInt32LE(56);
    for (const length of [1, 15]) {
      const found = at(with_((token) => token.writeUInt16LE(length, 52)));
      assert.deepEqual(found, ['AUTHENTICATE_MESSAGE.EncryptedRandomSessionKey', start]);
    }
    with_((token) => token.writeUInt16LE(0, 52))();
  });

  it('have NTLMv2 responses of their one version', () => {
    const start = authenticate.readUInt32LE(24);
    for (const place of [start + 16, start + 17]) {
      const [path] = at(with_((token) => token.writeUInt8(2, place)));
      assert.equal(path, 'AUTHENTICATE_MESSAGE.NtChallengeResponse.RespType');
    }
  });

  it('NEGOTIATE_MESSAGE: names are read if their flags are set', () => {
    const token = Buffer.from(transcript.negotiate, 'hex');
    token.writeUInt16LE(99, 16);
    decodeNegotiate(token);
    token.writeUInt32LE(token.readUInt32LE(12) | flagsOf('NEGOTIATE_OEM_DOMAIN_SUPPLIED'), 12);
    assert.deepEqual(
      at(() => decodeNegotiate(token)),
      ['NEGOTIATE_MESSAGE.DomainName', 16],
    );
    for (const length of [16, 24, 32])
      decodeNegotiate(bytes(transcript.negotiate).subarray(0, length));
    assert.equal(
      at(() => decodeNegotiate(token.subarray(0, 15)))[0],
      'NEGOTIATE_MESSAGE.NegotiateFlags',
    );
  });

  it('CHALLENGE_MESSAGE: nothing comes after its AV_PAIRs', () => {
    const message = {
      flags: flagsOf('NEGOTIATE_TARGET_INFO', 'NEGOTIATE_VERSION'),
      serverChallenge: new Uint8Array(8),
      targetInfo: new Map([[AV_ID.MsvAvNbDomainName, ascii('A\0')]]),
    };
    const token = Buffer.concat([encodeChallenge(message, ''), ascii('tail')]);
    decodeChallenge(token);
    token.writeUInt16LE(token.readUInt16LE(40) + 4, 40);
    assert.equal(at(() => decodeChallenge(token))[0], 'CHALLENGE_MESSAGE.TargetInfo');
    const old = decodeChallenge(token.subarray(0, 32).fill(0, 20, 24));
    assert.equal(old.targetInfo.size, 0);
  });

  it('NEGOTIATE_MESSAGE: a supplied name may be missing with its field, or empty at any offset', () => {
    const supplied = flagsOf(
      'NEGOTIATE_OEM_DOMAIN_SUPPLIED',
      'NEGOTIATE_OEM_WORKSTATION_SUPPLIED',
      'NEGOTIATE_VERSION',
    );
    const token = Buffer.from(encodeNegotiate(supplied));
    for (const offset of [0, 8, 40, 0xffffffff]) {
      token.writeUInt32LE(offset, 20);
      token.writeUInt32LE(offset, 28);
      for (const length of [16, 24, 32, 36, 40]) {
        assert.equal(decodeNegotiate(token.subarray(0, length)).flags, supplied);
      }
      for (const length of [17, 23, 25, 31]) {
        const [path] = at(() => decodeNegotiate(token.subarray(0, length)));
        assert.match(String(path), /^NEGOTIATE_MESSAGE\.(DomainName|Workstation)/);
      }
    }
    token.writeUInt16LE(1, 24);
    assert.equal(at(() => decodeNegotiate(token))[0], 'NEGOTIATE_MESSAGE.Workstation');
  });

  it('a Version is read unless a payload is in its place', () => {
    const seen = (read: (onField: (field: Field) => void) => unknown) => {
      const found: string[] = [];
      read(({ path, offset }) => {
        if (path.endsWith('.Version')) found.push(`${offset}`);
      });
      return found.join();
    };
    const negotiate = Buffer.concat([encodeNegotiate(0x1002), ascii('DOM')]);
    negotiate.writeUInt16LE(3, 16);
    for (const [offset, wanted] of [
      [40, '32'],
      [39, ''],
      [32, ''],
    ] as const) {
      negotiate.writeUInt32LE(offset, 20);
      assert.equal(
        seen((onField) => decodeNegotiate(negotiate, onField)),
        wanted,
      );
    }
    assert.equal(
      seen((onField) => decodeNegotiate(negotiate.subarray(0, 32).fill(0, 16), onField)),
      '',
    );
    const token = interopToken('authenticate-version-that-is-payload');
    assert.equal(
      seen((onField) => decodeAuthenticate(token, onField)),
      '',
    );
    assert.equal(
      seen((onField) => decodeAuthenticate(authenticate, onField)),
      '64',
    );
    // If its flag is set, the MIC follows the Version, with or without payloads.
    const overlapping = with_((copy) => copy.writeUInt32LE(66, 32));
    assert.equal(overlapping().mic?.length, 16);
  });

  it('CHALLENGE_MESSAGE: a TargetInfo that is not empty ends with MsvAvEOL', () => {
    const token = Buffer.from(interopToken('challenge-empty-target-info'));
    assert.equal(decodeChallenge(token).targetInfo.size, 0);
    for (const text of ['00', '0000', '000000', '00000100', '01000000']) {
      const list = bytes(text);
      const longer = Buffer.concat([token, list]);
      longer.writeUInt16LE(list.length, 40);
      longer.writeUInt32LE(48, 44);
      sspiRefused('SEC_E_INVALID_TOKEN', () => decodeChallenge(longer));
    }
  });

  it('AUTHENTICATE_MESSAGE: names are in the negotiated encoding, else in its own', () => {
    const token = interopToken('authenticate-oem-names');
    const namesOf = (negotiated?: number) => {
      const { domain, user, workstation } = decodeAuthenticate(token, undefined, negotiated);
      return [domain, user, workstation];
    };
    assert.deepEqual(namesOf(), ['ABCD', 'clerks', 'node77']);
    assert.deepEqual(namesOf(flagsOf('NEGOTIATE_OEM')), ['ABCD', 'clerks', 'node77']);
    const both = flagsOf('NEGOTIATE_OEM', 'NEGOTIATE_UNICODE');
    assert.deepEqual(namesOf(both), ['䉁䑃', '汣牥獫', '潮敤㜷']);
    for (const place of [0x40, 0x44, 0x4a]) {
      const copy = new Uint8Array(token);
      copy[place] = 0x80;
      const { domain, user, workstation } = decodeAuthenticate(copy);
      assert.equal([domain, user, workstation].filter((name) => name === undefined).length, 1);
    }
  });
});
