import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSspi } from '../../src/sspi.js';
import { PATIENT } from '../support/patience.js';
import { assertAgreement } from './messages.js';
import { MitRealm, PASSWORD } from './mit-realm.js';
import { OurSide } from './ours.js';
import type { PeerContext } from './peer-context.js';
import { connect } from './side.js';

const AES256 = 'aes256-cts-hmac-sha1-96';
const LENGTHS = { key: 32, signature: 28, trailer: 60 };

const sspi = openSspi({ provider: 'portable' });
const realm = new MitRealm({ otherRealm: true });

before(async () => {
  await realm.start();
  realm.kdc.addPrincipal('HTTP/www.other.test@OTHER.TEST', PASSWORD, AES256);
  realm.kdc.addPrincipal('HTTP/www.example.test', PASSWORD, AES256);
  realm.kdc.addPrincipal('bob@OTHER.TEST', PASSWORD, AES256, '+requires_preauth');
});
after(() => realm.stop());

async function ourServer(): Promise<OurSide> {
  const keytab = join(realm.folder, 'keytab');
  const request = { package: 'Kerberos', use: 'inbound', keytab } as const;
  return new OurSide(sspi.acceptSecurityContext(await sspi.acquireCredentialsHandle(request)));
}

async function ourClient(user: string, target: string): Promise<OurSide> {
  const credentials = await sspi.acquireCredentialsHandle({
    package: 'Kerberos',
    use: 'outbound',
    identity: { user, password: PASSWORD },
    kerberos: { configFile: join(realm.folder, 'krb5.conf'), timeout: PATIENT },
  });
  const flags = ['mutual-auth', 'integrity', 'confidentiality'] as const;
  return new OurSide(sspi.initializeSecurityContext(credentials, { target, flags }));
}

const USERS = [
  { user: `user-${AES256}@EXAMPLE.TEST`, host: 'www.other.test', realm: 'OTHER.TEST' },
  { user: 'bob@OTHER.TEST', host: 'www.example.test', realm: 'EXAMPLE.TEST' },
];

describe('Kerberos over two realms', () => {
  for (const { user, host, realm: other } of USERS) {
    for (const [how, target] of [
      ['by referral', `HTTP/${host}`],
      ['by the name of the realm', `HTTP/${host}@${other}`],
    ] as const) {
      it(`our client of ${user} reaches MIT's server of ${other}, ${how}`, async () => {
        const pair = await connect(ourClient(user, target), realm.gss.server());
        await assertAgreement(pair, LENGTHS);
        assert.equal(await (pair.server as PeerContext).initiator(), user);
      });
    }
  }

  it("MIT's client reaches our server in the other realm", async () => {
    const pair = await connect(realm.gss.client({ target: 'HTTP@www.other.test' }), ourServer());
    await assertAgreement(pair, LENGTHS);
    const { userName } = (pair.server as OurSide).context.queryContextAttributes('names');
    assert.equal(userName, 'alice@EXAMPLE.TEST');
  });

  it('our client and our server agree', async () => {
    const client = ourClient('bob@OTHER.TEST', 'HTTP/www.example.test');
    const pair = await connect(client, ourServer());
    await assertAgreement(pair, LENGTHS);
    const { userName } = (pair.server as OurSide).context.queryContextAttributes('names');
    assert.equal(userName, 'bob@OTHER.TEST');
  });

  it('neither realm knows a service that is in none', async () => {
    for (const target of ['HTTP/nowhere.other.test', 'HTTP/nowhere.example.test', 'HTTP/none']) {
      const client = await ourClient('bob@OTHER.TEST', target);
      await assert.rejects(client.step(new Uint8Array(0)), { code: 'SEC_E_TARGET_UNKNOWN' });
    }
  });
});
