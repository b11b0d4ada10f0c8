import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ntHash } from '../../src/sspi.js';
import { hex } from '../support/ntlm.js';
import { assertPlain } from '../support/plain-bytes.js';
import { IDENTITY, pair, sspiRejected } from '../support/sspi.js';

describe('the NT hash of a password', () => {
  it('equals that of MS-NLMP 4.2.2.1.2, also for the empty password', () => {
    assert.equal(hex(ntHash('Password')), 'a4f49c406510bdcab6824ee7c30fd852');
    assert.equal(hex(ntHash('')), '31d6cfe0d16ae931b73c59d7e0c089c0');
  });

  it('is a new plain Uint8Array of 16 bytes each time', () => {
    const hash = ntHash('Password');
    assertPlain('hash', hash);
    assert.equal(hash.length, 16);
    hash.fill(0);
    assert.notEqual(hex(ntHash('Password')), hex(hash));
  });

  it('authenticates in place of the password, on either side', async () => {
    const { user, password } = IDENTITY;
    const identity = { user, domain: 'TESTDOM', ntHash: ntHash(password) };
    const { client, server } = await pair({ identity });
    const message = new Uint8Array(9);
    server.verifySignature(message, client.makeSignature(message));
    await pair({ accounts: () => ({ ntHash: ntHash(password) }) });
    const wrong = { ...identity, ntHash: ntHash(`${password} `) };
    await sspiRejected('SEC_E_LOGON_DENIED', pair({ identity: wrong }));
  });

  it('rejects other values without repeating them', () => {
    for (const value of [undefined, null, 7, ['s3cret'], Buffer.from('s3cret')]) {
      assert.throws(() => ntHash(value as never), {
        name: 'TypeError',
        message: 'password must be a string',
      });
    }
    ntHash('s'.repeat(1024));
    assert.throws(() => ntHash('s3cret'.repeat(171)), {
      name: 'RangeError',
      message: 'password must be 0 to 1024 characters',
    });
  });
});
