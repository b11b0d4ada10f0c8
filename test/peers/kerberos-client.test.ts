import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readCredentialCache } from '../../src/sspi/kerberos/ccache/credential-cache.js';
import { type Credentials, type CredentialsRequest, openSspi } from '../../src/sspi.js';
import { ETYPE_NUMBERS, etypeOf } from '../support/kerberos.js';
import { PATIENT } from '../support/patience.js';
import { assertAgreement, assertSameKey } from './messages.js';
import { MitRealm, PASSWORD } from './mit-realm.js';
import { OurSide } from './ours.js';
import { connect, type Pair, type Side } from './side.js';

const RC4 = 23;
const ALLOW_WEAK = ['rc4-hmac'] as const;
const AES256 = 'aes256-cts-hmac-sha1-96';
const DOMAIN = 'EXAMPLE.TEST';

const realm = new MitRealm();
const { folder, kdc } = realm;
const sspi = openSspi({ provider: 'portable' });
const kerberos = { configFile: join(folder, 'krb5.conf'), timeout: PATIENT };
let server: Credentials;

before(async () => {
  await realm.start();
  const keytab = join(folder, 'keytab');
  server = await sspi.acquireCredentialsHandle({ package: 'Kerberos', use: 'inbound', keytab });
});
after(() => realm.stop());

function acquire(request: Partial<CredentialsRequest>): Promise<Credentials> {
  return sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'outbound',
    kerberos,
    ...request,
  });
}

const logOn = (user: string, password = PASSWORD) =>
  acquire({ identity: { user, domain: DOMAIN, password } });

const ourServer = async (): Promise<Side> =>
  new OurSide(sspi.acceptSecurityContext(server, { allowWeak: ALLOW_WEAK }));

const mitServer = (): Promise<Side> => realm.gss.server();

for (const number of ETYPE_NUMBERS) {
  const { name, keyLength: key, checksumLength } = etypeOf(number);
  const lengths = { key, signature: 16 + checksumLength, trailer: 48 + checksumLength };
  // RFC 4121 protects no messages with rc4-hmac.
  const agree = (pair: Pair) => (number === RC4 ? assertSameKey : assertAgreement)(pair, lengths);
  const weak = number === RC4 ? { allowWeak: ALLOW_WEAK } : {};
  const flagsOf = (isMutual: boolean) =>
    [
      ...(isMutual ? ['mutual-auth'] : []),
      ...(number === RC4 ? [] : ['integrity', 'confidentiality']),
    ] as never;

  describe(`our Kerberos client with ${name}`, () => {
    const identities = {
      password: { user: `user-${name}`, domain: DOMAIN, password: PASSWORD },
      keytab: { user: `user-${name}`, domain: DOMAIN, keytab: join(folder, 'keytab') },
    };
    for (const [secret, identity] of Object.entries(identities)) {
      for (const [whose, newServer] of [
        ['our', ourServer],
        ["MIT's", mitServer],
      ] as const) {
        for (const isMutual of [true, false]) {
          const how = isMutual ? 'with' : 'without';
          it(`and ${whose} server agree, ${how} mutual authentication, from a ${secret}`, async () => {
            const credentials = await acquire({ identity, kerberos: { ...kerberos, ...weak } });
            const target = `HTTP/${name}`;
            const options = { target, flags: flagsOf(isMutual), ...weak };
            const client = new OurSide(sspi.initializeSecurityContext(credentials, options));
            await agree(await connect(Promise.resolve(client), newServer()));
            const { userName } = client.context.queryContextAttributes('names');
            assert.equal(userName, `user-${name}@${DOMAIN}`);
            credentials.close();
          });
        }
      }
    }
  });
}

describe('our Kerberos client and the KDC of MIT', () => {
  it('agree on the tickets of a credential cache, and add to it', async () => {
    const name = `FILE:${join(folder, 'tickets')}`;
    const before = await readCredentialCache(name);
    const credentials = await acquire({ identity: { credentialCache: name } });
    const target = `HTTP/${AES256}`;
    for (const newServer of [ourServer, mitServer]) {
      const context = sspi.initializeSecurityContext(credentials, { target });
      await connect(Promise.resolve(new OurSide(context)), newServer());
    }
    const { tickets } = await readCredentialCache(name);
    assert.equal(tickets.length, before.tickets.length + 1);
    assert.deepEqual(tickets.at(-1)?.server.name.nameString, ['HTTP', AES256]);
    const again = await acquire({ identity: { credentialCache: name } });
    await sspi.initializeSecurityContext(again, { target }).step();
    assert.equal((await readCredentialCache(name)).tickets.length, tickets.length);
  });

  it('reject wrong and unusable accounts', async () => {
    const rejected = '127\\.0\\.0\\.1:\\d+ of EXAMPLE\\.TEST rejected the logon: ';
    const refuse = (work: Promise<unknown>, code: string, reason: string) =>
      assert.rejects(work, { code, message: new RegExp(rejected + reason) });
    const denied = 'SEC_E_LOGON_DENIED';
    await assert.rejects(logOn('alice', 'wrong'), { code: denied, message: /password is wrong/ });
    const failed = 'KDC_ERR_PREAUTH_FAILED \\(24\\)';
    await refuse(logOn(`user-${AES256}`, 'wrong'), denied, failed);
    await refuse(logOn('nobody'), denied, 'KDC_ERR_C_PRINCIPAL_UNKNOWN \\(6\\)');
    const old = '1/1/2000';
    for (const [user, attributes, reason] of [
      ['locked', '-allow_tix', 'KDC_ERR_CLIENT_REVOKED \\(18\\)'],
      ['expired', `-expire ${old}`, 'KDC_ERR_NAME_EXP \\(1\\)'],
      ['old-password', `-pwexpire ${old}`, 'KDC_ERR_KEY_EXPIRED \\(23\\)'],
    ] as const) {
      kdc.addPrincipal(user, PASSWORD, AES256, attributes);
      await refuse(logOn(user), denied, reason);
    }
    kdc.addPrincipal('weak', PASSWORD, 'rc4-hmac', '+requires_preauth');
    const weak = { code: 'SEC_E_UNSUPPORTED_PREAUTH', message: /lack an AES key/ };
    await assert.rejects(logOn('weak'), weak);
    const keytab = join(folder, 'keytab');
    const identity = { user: 'weak', domain: DOMAIN, keytab };
    await assert.rejects(acquire({ identity }), { code: 'SEC_E_NO_CREDENTIALS' });
  });

  it('find no ticket for an unknown or an unusable service', async () => {
    const credentials = await logOn(`user-${AES256}`);
    const attempt = (target: string) =>
      sspi.initializeSecurityContext(credentials, { target }).step();
    const unknown = { code: 'SEC_E_TARGET_UNKNOWN', message: /HTTP\/nowhere: KDC_ERR_S_P.* \(7\)/ };
    await assert.rejects(attempt('HTTP/nowhere'), unknown);
    kdc.addPrincipal('HTTP/locked', PASSWORD, AES256, '-allow_tix');
    await assert.rejects(attempt('HTTP/locked'), { message: /for HTTP\/locked: KDC_ERR_/ });
    await assert.rejects(attempt('HTTP/rc4-hmac'), { code: 'SEC_E_KDC_UNKNOWN_ETYPE' });
    await assert.rejects(attempt('HTTP/x@NOWHERE.TEST'), { code: 'SEC_E_TARGET_UNKNOWN' });
  });
});
