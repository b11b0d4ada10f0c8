import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeKeytab, serviceKeysOf } from '../../src/sspi/kerberos/keytab.js';
import { SspiError } from '../../src/sspi.js';
import { mutated } from '../support/mutations.js';
import { bytes, hex } from '../support/ntlm.js';

/** Numbers in hex, of the form 5.2 of MIT Kerberos: HTTP/srv@R with a kvno and a key. */
function entryOf({ vno8 = '03', etype = '0012', key = '11'.repeat(32), rest = '' } = {}): string {
  const length = (key.length / 2).toString(16).padStart(4, '0');
  const names = '0002000152000448545450000373727600000001';
  const body = `${names}65000000${vno8}${etype}${length}${key}${rest}`;
  return (body.length / 2).toString(16).padStart(8, '0') + body;
}
const keytabOf = (...entries: string[]) => bytes(`0502${entries.join('')}`);
const malformed = (message: RegExp) => ({
  name: 'SspiError',
  code: 'SEC_E_UNKNOWN_CREDENTIALS',
  message,
});

describe('keytab', () => {
  it('has the keys of several versions and encryption types', () => {
    const old = entryOf({ vno8: '02' });
    const aes128 = entryOf({ etype: '0011', key: '22'.repeat(16) });
    const [first, second, ...others] = decodeKeytab(keytabOf(old, aes128));
    assert.deepEqual([first?.realm, first?.name.nameString], ['R', ['HTTP', 'srv']]);
    assert.deepEqual(
      [first?.kvno, first?.etype, hex(first?.key as never)],
      [2, 18, '11'.repeat(32)],
    );
    assert.deepEqual([second?.kvno, second?.etype], [3, 17]);
    assert.deepEqual(others, []);
  });

  it('has versions of 32 bits, and ignores what follows them', () => {
    const kvnos = ['00000103', '00000000', 'ffff0002', '0000010300000001', '00', ''].map(
      (rest) => decodeKeytab(keytabOf(entryOf({ rest })))[0]?.kvno,
    );
    assert.deepEqual(kvnos, [0x103, 3, 0xffff0002, 0x103, 3, 3]);
  });

  it('skips holes, and ends at a size of zero', () => {
    const hole = `fffffff0${'ee'.repeat(16)}`;
    assert.equal(decodeKeytab(keytabOf(hole, entryOf(), hole, entryOf(), hole)).length, 2);
    assert.equal(decodeKeytab(keytabOf(entryOf(), '00000000', 'ff')).length, 1);
    assert.deepEqual(decodeKeytab(keytabOf()), []);
  });

  it('is rejected with the field if it is malformed', () => {
    const attempt = (keytab: Uint8Array) => () => decodeKeytab(keytab);
    assert.throws(attempt(bytes('0501')), malformed(/^version: is not that of a keytab, 5\.2/));
    assert.throws(attempt(bytes('')), malformed(/^version: /));
    assert.throws(attempt(keytabOf('0000')), malformed(/^size: /));
    assert.throws(attempt(keytabOf('00000001')), malformed(/^size: is 1, of 0 bytes/));
    assert.throws(attempt(keytabOf('80000000')), malformed(/^size: is -2147483648/));
    assert.throws(attempt(keytabOf('00000003000200')), malformed(/^entry\[0\]\.realm: /));
    const short = entryOf({ key: '11'.repeat(31) });
    const key = /^entry\[1\]\.key: has 31 bytes, not 32/;
    assert.throws(attempt(keytabOf(entryOf(), short)), malformed(key));
    const notUtf8 = keytabOf(entryOf().replace('000152', '0001ff'));
    assert.throws(attempt(notUtf8), malformed(/^entry\[0\]\.realm: is not UTF-8/));
    const many = keytabOf(entryOf().replace(/^(.{8})0002/, '$1ffff'));
    assert.throws(attempt(many), malformed(/^entry\[0\]\.components/));
  });

  it('gives copies of the keys that are allowed', () => {
    const des = entryOf({ etype: '0003', key: '33'.repeat(8) });
    const rc4 = entryOf({ etype: '0017', key: '44'.repeat(16) });
    const keytab = keytabOf(des, rc4, entryOf());
    const strong = serviceKeysOf(keytab, []);
    const both = serviceKeysOf(keytab, ['rc4-hmac']);
    keytab.fill(0);
    assert.deepEqual(
      strong.map(({ key }) => key.etype.number),
      [18],
    );
    assert.deepEqual(
      both.map(({ key }) => key.etype.number),
      [23, 18],
    );
    assert.equal(hex(strong[0]?.key.bytes as never), '11'.repeat(32));
    const none = { name: 'SspiError', code: 'SEC_E_NO_CREDENTIALS' };
    assert.throws(() => serviceKeysOf(keytabOf(des, rc4), []), none);
  });

  it('gives a key once, with all its names', () => {
    const other = entryOf({ key: '22'.repeat(32) });
    const keytab = keytabOf(
      entryOf(),
      entryOf().replace('000152', '000153'),
      other,
      entryOf({ rest: '00000103' }),
    );
    const keys = serviceKeysOf(keytab, []);
    assert.deepEqual(
      keys.map(({ kvno, principals }) => [kvno, principals.map(({ realm }) => realm).join()]),
      [
        [3, 'R,S'],
        [3, 'R'],
        [0x103, 'R'],
      ],
    );
  });

  it('of any bytes has keys or an error with the field', () => {
    const good = keytabOf(entryOf(), `fffffffc${'ee'.repeat(4)}`, entryOf({ rest: '00000103' }));
    const any = fc
      .uint8Array({ maxLength: 100 })
      .map((rest) => Buffer.concat([bytes('0502'), rest]));
    fc.assert(
      fc.property(fc.oneof(mutated([good]), any), (keytab) => {
        try {
          decodeKeytab(keytab);
        } catch (error) {
          assert.ok(error instanceof SspiError, String(error));
          assert.equal(error.code, 'SEC_E_UNKNOWN_CREDENTIALS');
          assert.equal(typeof error.path, 'string');
          assert.ok((error.offset ?? -1) >= 0 && (error.offset ?? 0) <= keytab.length);
        }
      }),
      { seed: 502, numRuns: 2000 },
    );
  });
});
