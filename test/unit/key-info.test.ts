import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flagsOf, type NtlmFlag } from '../../src/sspi/ntlm/flags.js';
import { keyInfoOf } from '../../src/sspi/ntlm/session.js';

const EXTENDED = 'NEGOTIATE_EXTENDED_SESSIONSECURITY';

describe('key info of NTLM', () => {
  it('has the size of the sealing key', () => {
    const sizeOf = (...flags: NtlmFlag[]) => keyInfoOf(flagsOf(EXTENDED, ...flags)).keySize;
    assert.equal(sizeOf('NEGOTIATE_128', 'NEGOTIATE_56'), 128);
    assert.equal(sizeOf('NEGOTIATE_56'), 56);
    assert.equal(sizeOf(), 40);
  });

  it('has an HMAC with extended session security, and a CRC-32 without', () => {
    assert.deepEqual(keyInfoOf(flagsOf(EXTENDED, 'NEGOTIATE_128')), {
      signatureAlgorithmName: 'HMAC-MD5',
      encryptAlgorithmName: 'RSADSI RC4',
      keySize: 128,
      signatureAlgorithm: 0xffffff76,
      encryptAlgorithm: 0x6801,
    });
    const { signatureAlgorithmName, signatureAlgorithm } = keyInfoOf(flagsOf('NEGOTIATE_128'));
    assert.equal(signatureAlgorithmName, 'RSADSI RC4-CRC32');
    assert.equal(signatureAlgorithm, 0xffffff7c);
  });
});
