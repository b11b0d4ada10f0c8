import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { encodeKeytab } from '../../src/conformance/sspi/kerberos/encode-keytab.js';
import { KerberosInitiator } from '../../src/sspi/kerberos/initiator.js';
import { loadKeytab } from '../../src/sspi/kerberos/load-keytab.js';
import { SharedKeys } from '../../src/sspi/kerberos/shared-keys.js';
import { type CredentialsRequest, openSspi } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { issueTicket, newServiceKey } from '../support/kerberos-ticket.js';
import { pretendWindows } from '../support/platform.js';
import { skipWithout } from '../support/programs.js';

const sspi = openSspi({ provider: 'portable' });
const folder = temporaryFolder();
const own = newServiceKey(18);
const rc4 = newServiceKey(23);
const keytab = encodeKeytab(own, rc4);
const path = join(folder, 'service.keytab');
writeFileSync(path, keytab);

const before = process.env['KRB5_KTNAME'];
after(() => {
  if (before === undefined) delete process.env['KRB5_KTNAME'];
  else process.env['KRB5_KTNAME'] = before;
});

const acquire = (request: Partial<CredentialsRequest> = {}) =>
  sspi.acquireCredentialsHandle({ package: 'Kerberos', use: 'inbound', ...request });

/** The first token of alice. */
function requestOf(key = own): Uint8Array {
  const options = { flags: ['integrity'], allowWeak: ['rc4-hmac'] } as const;
  return new KerberosInitiator(issueTicket(key, { sessionEtype: 18 }), options).step(
    new Uint8Array(0),
  ).token;
}

describe('credentials of a Kerberos server', () => {
  it('have the keys of a path, of bytes, and of KRB5_KTNAME', async () => {
    for (const source of [path, keytab, undefined]) {
      for (const name of [path, `FILE:${path}`, `WRFILE:${path}`]) {
        process.env['KRB5_KTNAME'] = source === undefined ? name : `FILE:${folder}/nowhere`;
        const credentials = await acquire(source === undefined ? {} : { keytab: source });
        const server = sspi.acceptSecurityContext(credentials, { flags: ['integrity'] });
        assert.equal((await server.step(requestOf())).done, true);
        assert.equal(server.queryContextAttributes('names').userName, 'alice@EXAMPLE.TEST');
        assert.equal(server.queryContextAttributes('negotiationInfo').package.name, 'Kerberos');
      }
    }
  });

  it('leave the bytes of the caller as they are', async () => {
    const copy = new Uint8Array(keytab);
    await acquire({ keytab: copy });
    assert.deepEqual(copy, keytab);
    await loadKeytab(copy);
    assert.deepEqual(copy, new Uint8Array(keytab.length));
  });

  it('allow rc4-hmac only by name', async () => {
    const credentials = await acquire({ keytab });
    const refused = sspi.acceptSecurityContext(credentials).step(requestOf(rc4));
    await assert.rejects(refused, { code: 'SEC_E_KDC_UNKNOWN_ETYPE' });
    const server = sspi.acceptSecurityContext(credentials, { allowWeak: ['rc4-hmac'] });
    assert.equal((await server.step(requestOf(rc4))).done, true);
  });

  it('detect replays across all contexts of the process', async () => {
    const credentials = await acquire({ keytab });
    const token = requestOf();
    await sspi.acceptSecurityContext(credentials).step(token);
    const other = openSspi({ provider: 'portable' });
    for (const owner of [sspi, sspi, other]) {
      const request = { package: 'Kerberos', use: 'inbound', keytab } as const;
      const later = await owner.acquireCredentialsHandle(request);
      const again = owner.acceptSecurityContext(later).step(token);
      await assert.rejects(again, { code: 'SEC_E_OUT_OF_SEQUENCE' });
    }
  });

  it('are not read from a pipe, and wait for no writer', {
    skip: skipWithout('mkfifo'),
  }, async () => {
    const keytab = join(folder, 'pipe');
    execFileSync('mkfifo', [keytab]);
    const noFile = { code: 'SEC_E_NO_CREDENTIALS', message: /no regular file/ };
    await assert.rejects(acquire({ keytab }), noFile);
  });

  it('are rejected if there is no keytab, no key, or a malformed keytab', async () => {
    const missing = { code: 'SEC_E_NO_CREDENTIALS', message: /nowhere/ };
    await assert.rejects(acquire({ keytab: join(folder, 'nowhere') }), (error: Error) => {
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOENT');
      return missing.message.test(error.message);
    });
    for (const keytab of [folder, '/dev/zero']) {
      const noFile = { code: 'SEC_E_NO_CREDENTIALS', message: /no regular file/ };
      await assert.rejects(acquire({ keytab }), noFile);
    }
    process.env['KRB5_KTNAME'] = 'MEMORY:x';
    await assert.rejects(acquire(), { code: 'SEC_E_NO_CREDENTIALS', message: /no file/ });
    process.env['KRB5_KTNAME'] = '';
    await assert.rejects(acquire(), { code: 'SEC_E_NO_CREDENTIALS', message: /no default keytab/ });
    delete process.env['KRB5_KTNAME'];
    using _windows = pretendWindows();
    await assert.rejects(acquire(), { code: 'SEC_E_NO_CREDENTIALS', message: /no default keytab/ });
    const empty = encodeKeytab();
    await assert.rejects(acquire({ keytab: empty }), { code: 'SEC_E_NO_CREDENTIALS' });
    const malformed = { code: 'SEC_E_UNKNOWN_CREDENTIALS', path: 'version', offset: 0 };
    await assert.rejects(acquire({ keytab: Uint8Array.of(5, 1) }), malformed);
  });

  it('name the keytab that cannot be used, and show nothing of it', async () => {
    const file = join(folder, 'web.keytab');
    for (const [content, code, problem] of [
      [
        'secret',
        'SEC_E_UNKNOWN_CREDENTIALS',
        'version: is not that of a keytab, 5.2 (at offset 0)',
      ],
      ['', 'SEC_E_UNKNOWN_CREDENTIALS', 'version: needs 2 bytes, 0 left (at offset 0)'],
      [encodeKeytab(), 'SEC_E_NO_CREDENTIALS', 'the keytab has no key that is allowed'],
    ] as const) {
      writeFileSync(file, content);
      await assert.rejects(acquire({ keytab: file }), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.ok(error.message.startsWith(`${file}: ${problem}`), error.message);
        return true;
      });
    }
  });

  it('take no options of other packages or of clients', async () => {
    const unsupported = { code: 'SEC_E_UNSUPPORTED_FUNCTION' };
    await assert.rejects(acquire({ keytab, accounts: () => undefined }), unsupported);
    await assert.rejects(acquire({ keytab, names: {} }), unsupported);
    await assert.rejects(acquire({ package: 'NTLM', keytab }), unsupported);
    const identity = { user: 'alice', password: 'x' };
    await assert.rejects(acquire({ keytab, identity }), RangeError);
    await assert.rejects(acquire({ keytab, kerberos: {} }), RangeError);
    await assert.rejects(acquire({ use: 'outbound', keytab }), RangeError);
    for (const wrong of ['', 'a\0b']) await assert.rejects(acquire({ keytab: wrong }), RangeError);
    await assert.rejects(acquire({ keytab: 7 as never }), TypeError);
    const credentials = await acquire({ keytab });
    const datagrams = () => sspi.acceptSecurityContext(credentials, { flags: ['datagram'] });
    assert.throws(datagrams, unsupported);
  });

  it('keep their keys until the handshakes have ended, and overwrite them then', async () => {
    const credentials = await acquire({ keytab });
    const [first, second] = [0, 1].map(() => sspi.acceptSecurityContext(credentials));
    credentials.close();
    credentials.close();
    assert.throws(() => sspi.acceptSecurityContext(credentials), { code: 'SEC_E_INVALID_HANDLE' });
    assert.equal((await first?.step(requestOf()))?.done, true);
    second?.close();
    const signature = first?.makeSignature(Uint8Array.of(1));
    assert.equal(signature?.length, 28);

    const { key } = newServiceKey(18);
    const { bytes } = key;
    const shared = new SharedKeys([{ ...own, key }]);
    const [release, releaseOther] = [shared.hold(), shared.hold()];
    release();
    release();
    assert.ok(bytes.some((byte) => byte !== 0));
    releaseOther();
    assert.ok(bytes.every((byte) => byte === 0));
    assert.throws(() => key.bytes, { code: 'SEC_E_INVALID_HANDLE' });
  });
});
